//! Runs the real nginx and HAProxy with real WebSocket and Socket.IO peers, and says what happened.
