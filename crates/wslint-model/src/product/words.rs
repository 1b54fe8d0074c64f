//! The words of a product's file that answer no question.

crate::choices! {
    /// What a product is.
    pub enum Kind {
        /// What applications are written with.
        Framework "framework",
        /// What runs applications, or passes their messages on.
        Server "server",
        /// What is installed as it is.
        Product "product",
        /// A language of messages that several servers speak.
        Protocol "protocol",
        /// A server that developers run for themselves.
        Development "development",
    }

    /// A way in which clients get what is new.
    pub enum Transport {
        /// A WebSocket.
        Websocket "WebSocket",
        /// Requests that wait for an answer.
        LongPolling "long polling",
        /// Server-sent events.
        Events "server-sent events",
        /// One long answer.
        Stream "a long HTTP answer",
        /// Plain requests.
        Http "plain requests",
        /// HTTP/3.
        Webtransport "WebTransport",
        /// SPDY over an upgraded connection.
        Spdy "SPDY",
        /// gRPC over HTTP/2.
        Grpc "gRPC",
    }

    /// Who sends a heartbeat.
    pub enum Side {
        /// The server.
        Server "the server",
        /// The client.
        Client "the client",
        /// Both sides.
        Both "both sides",
    }

    /// What a fact rests on.
    pub enum Basis {
        /// The product's own code was read.
        Code "its code",
        /// Its makers' documentation was read.
        Documentation "its documentation",
        /// It was run.
        Measured "measured",
        /// It is generally said. It may silence a finding, and never makes one.
        Unverified "not verified",
    }
}
