//! HAProxy: the exact line reader, quoting and preprocessor of the proxy.
