//! Whether clients can call the route at every socket, and by the names of its server.

use super::route::RouteFacts;
use crate::choices;
use crate::config::names::Directive;
use crate::questions;
use crate::request::exit::Exit;
use crate::routes::sockets::{Unusable, Why};
use wslint_model::way::{End, PROXY_HEADER};
use wslint_model::{Cause, Origin, Role};

impl RouteFacts<'_, '_> {
    /// The sockets that clients cannot use, the servers that take a name away, and those that fail beside this one.
    pub(super) fn tell_sockets(&mut self) {
        self.tell_unusable();
        self.tell_failing();
        self.tell_shadow();
        self.tell_proxy_header();
        if self.candidate().unserved {
            let cause = match self.model.config().context(self.candidate().server).opener {
                Some(opener) => {
                    self.says(opener, "this server answers, though the host is none of its names")
                }
                None => self.default(),
            };
            self.tell(&questions::HOST_UNSERVED, true, cause);
        }
    }

    fn tell_unusable(&mut self) {
        let sockets = &self.tried.sockets;
        let share = if sockets.all_unusable { choices::Share::All } else { choices::Share::Some };
        let first = |only_http2: bool| {
            sockets.unusable.iter().copied().find(|socket| (socket.why == Why::OnlyHttp2) == only_http2)
        };
        if let Some(Unusable { line, .. }) = first(true) {
            let cause = self.says(line, "without TLS this speaks HTTP/2 and nothing else");
            self.tell(&questions::PLAIN_HTTP2, share, cause);
        }
        if let Some(Unusable { line, why }) = first(false) {
            let cause = self.says(line, "this socket speaks no TLS");
            let at = |line, words: &str| {
                cause.clone().and(self.model.config().site(line), Role::Says(words.to_owned()))
            };
            let cause = match why {
                Why::Twin(twin) => at(twin, "the same port speaks TLS here"),
                Why::Certificate(certificate) => at(certificate, "the certificate is there for TLS"),
                Why::Port | Why::OnlyHttp2 => cause,
            };
            self.tell(&questions::WITHOUT_TLS, share, cause);
        }
    }

    fn tell_failing(&mut self) {
        let Some(failing) = &self.tried.sockets.failing else { return };
        let config = self.model.config();
        let (words, word) = if failing.other_family {
            ("clients of the other family of addresses come here", choices::Beside::OtherFamily)
        } else {
            ("the same name is served here", choices::Beside::OtherSocket)
        };
        let there = Role::Says("this takes the path there, and the handshake fails".to_owned());
        let cause = self.says(failing.listen, words).and(config.opener_site(failing.level), there);
        self.tell(&questions::FAILS_BESIDE, word, cause);
    }

    fn tell_proxy_header(&mut self) {
        let Some(mismatch) = self.tried.sockets.mismatch else { return self.tell_header_that_lacks() };
        let (word, sends, reads) = match mismatch.waits {
            true => (choices::ProxyHeader::Missing, "this sends no PROXY header", "this waits for one"),
            false => (choices::ProxyHeader::Unread, "this sends a PROXY header", "this does not read it"),
        };
        let socket = self.model.config().site(mismatch.listen);
        let cause = self.says(mismatch.sends, sends).and(socket, Role::Says(reads.to_owned()));
        self.tell(&questions::PROXY_HEADER, word, cause);
    }

    /// A proxy behind this one waits for a PROXY header, which `http {}` never sends.
    fn tell_header_that_lacks(&mut self) {
        let Exit::Passed(pass) = &self.passage.exit else { return };
        let End::Dropped { by: PROXY_HEADER, site: Some(waits), .. } = self.run().last().end else { return };
        let cause = Cause::at(Origin::Derived, waits, Role::Says("this waits for a PROXY header".to_owned()));
        let sends = Role::Says("this sends no PROXY header".to_owned());
        let cause = cause.and(self.model.config().site(pass.line), sends);
        self.tell(&questions::PROXY_HEADER, choices::ProxyHeader::Missing, cause);
    }

    fn tell_shadow(&mut self) {
        let config = self.model.config();
        let server = self.candidate().server;
        let Some(shadow) = self.tried.sockets.shadow else { return };
        let name = |server| config.own(server, Directive::ServerName).next();
        let (Some(own), Some(first)) = (name(server), name(shadow)) else { return };
        // Files beside each other may be meant as alternatives.
        if own.file != first.file {
            return;
        }
        let words = Role::Says("this server has the name first".to_owned());
        let cause: Cause = self.says(own, "nginx ignores this name").and(config.site(first), words);
        self.tell(&questions::SHADOWED_SERVER, true, cause);
    }
}
