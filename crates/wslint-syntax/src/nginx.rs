//! nginx: the exact tokenizer and block structure of the proxy.
