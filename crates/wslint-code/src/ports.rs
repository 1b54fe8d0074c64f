//! The ports that code listens on, as far as they are literal, or the default of a variable of the environment.

use crate::file::{File, Place};
use crate::folder::Folder;
use crate::role;
use crate::text::{Language, Part, Source};

/// More ports in one folder are made up.
const MOST: usize = 200;

/// The ports that the code of a folder listens on, each with the place that names it.
#[must_use]
pub fn ports(files: &[File<'_>]) -> Vec<(u16, Place)> {
    let folder = Folder::new(files);
    let mut found = Vec::new();
    for source in folder.sources() {
        for call in calls(source.language) {
            for at in source.calls(call.name).take(MOST) {
                let arguments = source.arguments(at.open);
                let named = arguments.iter().find(|one| one.name.is_some_and(|name| name == "port"));
                let Some(argument) = named.or_else(|| arguments.get(call.position)) else { continue };
                let part = argument.value;
                let object = source.object(part).and_then(|object| object.get("port"));
                let part = object.unwrap_or(part);
                if let Some(port) = port(source, part) {
                    found.push((port, source.place_of(part)));
                }
            }
        }
    }
    found.extend(files.iter().enumerate().filter_map(|(at, file)| of_settings(at, file)));
    found.truncate(MOST);
    found
}

/// A call that makes a server listen.
struct Listens {
    name: &'static str,
    /// Which of its arguments is the port, an object or an address that holds it.
    position: usize,
}

fn calls(language: Language) -> &'static [Listens] {
    const fn first(name: &'static str) -> Listens {
        Listens { name, position: 0 }
    }
    static JAVASCRIPT: [Listens; 4] =
        [first("listen"), first("Server"), first("WebSocketServer"), first("serve")];
    static PYTHON: [Listens; 4] = [
        Listens { name: "run", position: usize::MAX },
        Listens { name: "run_app", position: usize::MAX },
        first("listen"),
        Listens { name: "serve", position: 2 },
    ];
    static GO: [Listens; 5] =
        [first("ListenAndServe"), first("ListenAndServeTLS"), first("Run"), first("Start"), first("Listen")];
    static RUST: [Listens; 1] = [first("bind")];
    match language {
        Language::JavaScript => &JAVASCRIPT,
        Language::Python => &PYTHON,
        Language::Go => &GO,
        Language::Rust => &RUST,
        _ => &[],
    }
}

/// The port of `8000`, `":8000"`, `("127.0.0.1", 8000)` and `process.env.PORT || 8000`.
fn port(source: &Source<'_>, part: Part) -> Option<u16> {
    let part = source.resolved(part);
    let part = variable(source, part).unwrap_or(part);
    let number = |part: Part| {
        let number =
            source.number(part).filter(|number| number.fract() == 0.0 && (1.0..65536.0).contains(number))?;
        // In range, and whole.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        Some(number as u16)
    };
    let text = |text: String| text.rsplit(':').next()?.parse().ok();
    if let Some(port) = number(part).or_else(|| source.literal(part).and_then(text)) {
        return Some(port);
    }
    let is_pair = source.is(part.start, "(");
    let is_default = ["env", "environ", "getenv", "Getenv"].iter().any(|word| source.holds(part, word));
    // The last word of such a part that can be a port is the default, or the port behind a host.
    let last = |at: usize| number(Part { start: at, end: at + 1 }).or_else(|| text(source.string(at)?));
    (is_pair || is_default).then(|| (part.start..part.end).rev().take(8).find_map(last)).flatten()
}

/// What stands behind the `=` at which a name gets the only value that the file gives it, up to the end of the line.
fn variable(source: &Source<'_>, part: Part) -> Option<Part> {
    const LONGEST: usize = 24;
    let name = source.word(part.start).filter(|_| part.end == part.start + 1)?;
    let mut values = source.positions(name).filter_map(|at| {
        let sign = if source.is(at + 1, ":") { at + 2 } else { at + 1 };
        (source.is(sign, "=") && !source.is(sign + 1, "=")).then_some(sign + 1)
    });
    let start = values.next().filter(|_| values.next().is_none())?;
    let ends = |at: &usize| *at >= source.len() || source.starts_line(*at) || source.is(*at, ";");
    let end = (start + 1..start + LONGEST).find(ends)?;
    Some(Part { start, end })
}

/// `server.port=8080`.
fn of_settings(at: usize, file: &File<'_>) -> Option<(u16, Place)> {
    const KEY: &str = "server.port=";
    let settings = role::is_settings(file.path) && file.path.ends_with(".properties");
    let start = file.text.find(KEY).filter(|_| settings && role::declares(file.path))?;
    let value = file.text[start + KEY.len()..].lines().next()?.trim();
    let value = value.strip_prefix("${PORT:").and_then(|rest| rest.strip_suffix('}')).unwrap_or(value);
    let span = wslint_syntax::Span::new(start, start + KEY.len() + value.len());
    Some((value.parse().ok()?, Place { file: at, span }))
}

#[cfg(test)]
mod tests {
    use super::ports;
    use crate::file::File;

    #[test]
    fn ports_are_told_by_literals_and_defaults() {
        let check = |path: &str, text: &str, expected: &[u16]| {
            let found = ports(&[File { path, text }]);
            let found: Vec<u16> = found.iter().map(|(port, _)| *port).collect();
            assert_eq!(found, expected, "{text}");
        };
        check("a.js", "server.listen(4000);", &[4000]);
        check("a.js", "const PORT = process.env.PORT || 4001;\napp.listen(PORT, () => {});", &[4001]);
        check("a.ts", "app.listen({ port: 4002, host: '0.0.0.0' });", &[4002]);
        check("a.js", "new WebSocketServer({ port: 4003 }); new Server(4004);", &[4004, 4003]);
        check("a.ts", "await app.listen(Number(process.env.PORT ?? '4005'));", &[4005]);
        check("a.js", "// server.listen(1);\nserver.listen(process.env.PORT); server.listen(sock);", &[]);
        check("a.py", "uvicorn.run(app, host='0.0.0.0', port=8000)", &[8000]);
        check("a.py", "app.run(port=int(os.environ.get('PORT', 8001)))", &[8001]);
        check("a.py", "app.listen(8002)\nserve(handler, '0.0.0.0', 8003)", &[8002, 8003]);
        check("a.py", "subprocess.run(['x', 80])", &[]);
        check("main.go", "package main\nfunc main() { http.ListenAndServe(\":8004\", nil) }", &[8004]);
        check("src/main.rs", "let l = TcpListener::bind(\"0.0.0.0:8005\").await;", &[8005]);
        check("src/main.rs", "HttpServer::new(f).bind((\"127.0.0.1\", 8006))?;", &[8006]);
        check("application.properties", "a=b\nserver.port=${PORT:8007}\n", &[8007]);
        check("tests/a.js", "server.listen(4000);", &[]);
        check("a.js", "server.listen(400000);", &[]);
    }
}
