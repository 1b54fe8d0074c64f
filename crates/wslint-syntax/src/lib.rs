//! Lossless, error-recovering readers of nginx and HAProxy configuration.
