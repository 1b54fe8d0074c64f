//! What a path that a Socket.IO client asks for has become on its way.

use crate::traffic;

/// How a path that a Socket.IO client asks for arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathFate {
    /// As asked for.
    Kept,
    /// At another path that could be the server's.
    Moved,
    /// At a path that no Socket.IO server has: a doubled slash, a glued segment, no `/socket.io/` at all.
    Mangled,
    /// Without its query.
    QueryLost,
}

/// Compares what a client asks for with what the upstream gets.
pub fn path_fate(asked: &str, sent: &str, socketio: bool) -> PathFate {
    let split = |target: &str| match target.split_once('?') {
        Some((path, query)) => (path.to_owned(), query.to_owned()),
        None => (target.to_owned(), String::new()),
    };
    let (asked_path, asked_query) = split(asked);
    let (mut sent_path, sent_query) = split(sent);
    // Socket.IO compares the beginning of the path only: more slashes behind its own are nothing to it (measured with
    // Socket.IO 4.8 and python-socketio 5.18).
    while socketio && ["/socket.io//", "/engine.io//"].iter().any(|end| sent_path.ends_with(end)) {
        sent_path.pop();
    }
    if sent_path.contains("//") && !asked_path.contains("//") {
        return PathFate::Mangled;
    }
    if socketio {
        let own = |segment: &&str| matches!(*segment, "socket.io" | "engine.io");
        let count = |path: &str| path.split('/').filter(own).count();
        let (count, asked_count) = (count(&sent_path), count(&asked_path));
        let is_folder = |path: &str| path.ends_with("/socket.io/") || path.ends_with("/engine.io/");
        let ends = is_folder(&sent_path) || !is_folder(&asked_path);
        // A server that was told another path has it from its clients too.
        if asked_count > 0 && (count == 0 || count > asked_count || !ends) {
            return PathFate::Mangled;
        }
    }
    if !asked_query.is_empty() && sent_query.is_empty() {
        return PathFate::QueryLost;
    }
    if asked_path == sent_path { PathFate::Kept } else { PathFate::Moved }
}

/// Whether a request path belongs to Socket.IO.
pub fn is_socketio(target: &str) -> bool {
    traffic::sign_of_path(target)
        .and_then(|sign| sign.framework)
        .is_some_and(|framework| framework.is("socket.io"))
}

#[cfg(test)]
mod tests {
    use super::{PathFate, path_fate};

    #[test]
    fn paths_that_socketio_servers_have() {
        let check = |asked: &str, sent: &str, expected: PathFate| {
            assert_eq!(path_fate(asked, sent, true), expected, "{asked} as {sent}");
        };
        check("/socket.io/?EIO=4", "/socket.io/?EIO=4", PathFate::Kept);
        check("/app/socket.io/?EIO=4", "/socket.io/?EIO=4", PathFate::Moved);
        check("/socket.io/?EIO=4", "//?EIO=4", PathFate::Mangled);
        check("/socket.io/?EIO=4", "/socket.io//?EIO=4", PathFate::Kept);
        check("/app/socket.io/?EIO=4", "//socket.io/?EIO=4", PathFate::Mangled);
        check("/socket.io/?EIO=4", "/?EIO=4", PathFate::Mangled);
        check("/socket.io/?EIO=4", "/socket.iosocket.io/?EIO=4", PathFate::Mangled);
        check("/socket.io/?EIO=4", "/socket.io/socket.io/?EIO=4", PathFate::Mangled);
        check("/socket.io/?EIO=4", "/socket.io?EIO=4", PathFate::Mangled);
        check("/socket.io/?EIO=4", "/socket.io/", PathFate::QueryLost);
        check("/engine.io/?EIO=4", "/engine.io/?EIO=4", PathFate::Kept);
        check("/Socket.io/?EIO=4", "/Socket.io/?EIO=4", PathFate::Kept);
        check("/chat/?EIO=4", "/?EIO=4", PathFate::Moved);
        check("/app/engine.io/?EIO=4", "/app/?EIO=4", PathFate::Mangled);
    }
}
