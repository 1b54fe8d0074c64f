//! Words about timeouts.

wslint_model::choices! {
    /// Where `timeout tunnel` stands.
    pub(crate) enum Tunnel {
        /// In the backend that the handshake comes to, or in its `defaults`.
        Set "set",
        /// In a `set-timeout` rule on the way.
        ByRule "by-rule",
        /// Nowhere.
        Unset "unset",
        /// In the backend, but it is 0, which is as good as none.
        Zero "zero",
        /// In the section that listens, which ignores it or has it for its own servers.
        InFrontend "in-frontend",
        /// In a `defaults` section that the backend does not inherit from.
        LostByDefaults "lost-by-defaults",
        /// In a backend that no handshake comes to.
        OtherBackend "other-backend",
    }

    /// Whether `timeout server` outlasts a poll that waits for the next ping.
    pub(crate) enum LongPoll {
        /// It does.
        Fine "fine",
        /// It does, by 5 s or less.
        Close "close",
        /// It does not.
        Cut "cut",
    }

    /// Which timeout without a unit is too short to be meant.
    pub(crate) enum Unitless {
        /// `timeout tunnel`, below 30 s.
        Tunnel "tunnel",
        /// `timeout tunnel`, a number that is whole hours in seconds and no round one in milliseconds: 86400.
        Hours "hours",
        /// Another one, below 1 s.
        Other "other",
    }

    /// What becomes of what follows the unit of a timeout.
    pub(crate) enum TimeoutSuffix {
        /// HAProxy ignores it, as it would have to.
        Ignored "ignored",
        /// HAProxy ignores it, and it was part of the time that was meant.
        MeaningChanged "meaning-changed",
    }
}
