//! A client that knows as much of the protocol as the tests need.

use std::collections::BTreeMap;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// A server and what it said.
pub(crate) struct Client {
    server: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    asked: i32,
    version: i32,
    /// The diagnostics that were pushed last, of each file.
    pub(crate) pushed: BTreeMap<PathBuf, Value>,
    /// All diagnostics that were pushed, in their order.
    pub(crate) pushes: Vec<(PathBuf, Value)>,
    /// The parts of answers to requests with a token.
    pub(crate) parts: Vec<Value>,
    /// What people were shown.
    pub(crate) shown: Vec<String>,
    /// What the server asked for, with the parameters.
    pub(crate) requests: Vec<(String, Value)>,
    /// The settings that are handed out when the server asks for them.
    pub(crate) settings: Value,
    /// What the server said of itself.
    pub(crate) introduced: Value,
}

impl Client {
    /// Starts a server for a folder.
    pub(crate) fn new(folder: &Path) -> Self {
        Self::with(folder, json!({}))
    }

    /// Starts a server for a folder, with these capabilities of the client.
    pub(crate) fn with(folder: &Path, capabilities: Value) -> Self {
        let folder = json!({ "uri": uri(folder), "name": "tree" });
        Self::introduced(json!({ "capabilities": capabilities, "workspaceFolders": [folder] }))
    }

    /// Starts a server for a client that introduces itself so.
    pub(crate) fn introduced(mut introduction: Value) -> Self {
        introduction["processId"] = Value::Null;
        let mut server = Command::new(assert_cmd::cargo::cargo_bin("wslint"))
            .arg("server")
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let input = server.stdin.take();
        let output = BufReader::new(server.stdout.take().expect("a pipe"));
        let mut client = Self {
            server,
            input,
            output,
            asked: 0,
            version: 0,
            pushed: BTreeMap::new(),
            pushes: Vec::new(),
            parts: Vec::new(),
            shown: Vec::new(),
            requests: Vec::new(),
            settings: Value::Null,
            introduced: Value::Null,
        };
        client.introduced = client.ask("initialize", introduction);
        client.notify("initialized", json!({}));
        client
    }

    /// Sends what is not answered.
    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(Notification::new(method.to_owned(), params).into());
    }

    fn send(&mut self, message: Message) {
        message.write(self.input.as_mut().expect("the server listens")).expect("the server reads");
    }

    /// Sends a request.
    pub(crate) fn send_request(&mut self, method: &str, params: Value) -> RequestId {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        self.send(Request::new(id.clone(), method.to_owned(), params).into());
        id
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.send_request(method, params);
        let response = self.answer(&id);
        response.result().unwrap_or_else(|| panic!("{method}: {response:?}"))
    }

    /// Waits for the answer to a request, and keeps what is pushed meanwhile.
    pub(crate) fn answer(&mut self, id: &RequestId) -> Answer {
        loop {
            if let Some(response) = self.read() {
                assert_eq!(response.id, *id, "{response:?}");
                return Answer(response);
            }
        }
    }

    /// Waits for a message, and keeps what it pushes; an answer is handed out.
    pub(crate) fn read(&mut self) -> Option<Response> {
        match Message::read(&mut self.output).expect("a message").expect("the server lives") {
            Message::Response(response) => return Some(response),
            Message::Notification(told) if told.method == "textDocument/publishDiagnostics" => {
                let path = path(told.params["uri"].as_str().expect("a URI"));
                self.pushes.push((path.clone(), told.params["diagnostics"].clone()));
                self.pushed.insert(path, told.params["diagnostics"].clone());
            }
            Message::Notification(told) if told.method == "window/showMessage" => {
                self.shown.push(told.params["message"].as_str().expect("a text").to_owned());
            }
            Message::Notification(told) if told.method == "$/progress" => self.parts.push(told.params),
            Message::Request(request) => {
                let settings = request.method == "workspace/configuration";
                let result = if settings { json!([self.settings]) } else { Value::Null };
                self.send(Response::new_ok(request.id, result).into());
                self.requests.push((request.method, request.params));
            }
            Message::Notification(other) => panic!("not expected: {other:?}"),
        }
        None
    }

    /// Opens a file with a text.
    pub(crate) fn open(&mut self, file: &Path, text: &str) {
        self.open_document(&uri(file), "nginx", text);
    }

    /// Opens a document of a language with a text.
    pub(crate) fn open_document(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": language, "version": 0, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Closes a file.
    pub(crate) fn close_file(&mut self, file: &Path) {
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": uri(file) } }));
    }

    /// The server is told that files changed on disk.
    pub(crate) fn disk_changed(&mut self) {
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": [] }));
    }

    /// Changes an open file.
    pub(crate) fn change(&mut self, file: &Path, changes: &[Value]) {
        self.version += 1;
        let document = json!({ "uri": uri(file), "version": self.version });
        self.notify("textDocument/didChange", json!({ "textDocument": document, "contentChanges": changes }));
    }

    /// The diagnostics of a file once all that was sent is done; no request that a server answers from memory.
    pub(crate) fn diagnostics(&mut self, file: &Path) -> Vec<Value> {
        // The answer comes behind all that was sent before.
        self.ask("textDocument/hover", position(file, 0, 0));
        let pushed = self.pushed.get(file).cloned().unwrap_or(json!([]));
        pushed.as_array().expect("a list").clone()
    }

    /// Has everything looked at that may have changed.
    pub(crate) fn everything(&mut self) -> Value {
        self.ask("workspace/diagnostic", json!({ "previousResultIds": [] }))
    }

    /// The files that cannot be read to their end.
    pub(crate) fn broken(&self) -> Vec<PathBuf> {
        let is_broken = |told: &Value| told["severity"] == 1 && told["code"] == "syntax";
        let broken = |told: &Value| told.as_array().is_some_and(|told| told.iter().any(is_broken));
        self.pushed.iter().filter(|(_, told)| broken(told)).map(|(path, _)| path.clone()).collect()
    }

    /// The codes of the diagnostics of a file that are more than hints.
    pub(crate) fn codes(&mut self, file: &Path) -> Vec<String> {
        let loud = |told: &Value| told["severity"] != 4;
        let told = self.diagnostics(file).into_iter().filter(loud);
        told.map(|told| told["code"].as_str().expect("a code").to_owned()).collect()
    }

    /// Says good-bye; the exit status of the server.
    pub(crate) fn close(mut self) -> Option<i32> {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.notify("exit", Value::Null);
        self.server.wait().expect("it ends").code()
    }

    /// Goes without a word; the exit status of the server.
    pub(crate) fn vanish(mut self) -> Option<i32> {
        self.input = None;
        self.server.wait().expect("it ends").code()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // A test that fails leaves no server behind.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// What a request was answered.
#[derive(Debug)]
pub(crate) struct Answer(Response);

impl Answer {
    /// The result, unless the request failed.
    pub(crate) fn result(&self) -> Option<Value> {
        let text = serde_json::to_value(&self.0).expect("JSON");
        (text.get("error").is_none()).then(|| text.get("result").cloned().unwrap_or(Value::Null))
    }

    /// The number of the error.
    pub(crate) fn error(&self) -> Option<i64> {
        serde_json::to_value(&self.0).expect("JSON")["error"]["code"].as_i64()
    }
}

/// The URI of a path of plain characters.
pub(crate) fn uri(path: &Path) -> String {
    let path = path.to_str().expect("a plain path");
    if path.starts_with('/') { format!("file://{path}") } else { path.to_owned() }
}

fn path(uri: &str) -> PathBuf {
    PathBuf::from(uri.strip_prefix("file://").unwrap_or(uri))
}

/// A place in a file, as requests name it.
pub(crate) fn position(file: &Path, line: usize, character: usize) -> Value {
    json!({ "textDocument": { "uri": uri(file) }, "position": { "line": line, "character": character } })
}

/// The parameters of a request for what can be done about the diagnostics of a line.
pub(crate) fn actions_at(file: &Path, line: usize) -> Value {
    let range =
        json!({ "start": { "line": line, "character": 0 }, "end": { "line": line, "character": 99 } });
    json!({ "textDocument": { "uri": uri(file) }, "range": range, "context": { "diagnostics": [] } })
}

/// A text after the edits that an action makes in a file; places are counted in characters of ASCII.
pub(crate) fn edited(text: &str, action: &Value, file: &Path) -> String {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |place: &Value| {
        let number = |name: &str| place[name].as_u64().expect("a number") as usize;
        starts[number("line")] + number("character")
    };
    let edits = action["edit"]["changes"][uri(file)].as_array().expect("edits of the file");
    let range = |edit: &Value| offset(&edit["range"]["start"])..offset(&edit["range"]["end"]);
    let mut edits: Vec<_> =
        edits.iter().map(|edit| (range(edit), edit["newText"].as_str().expect("a text"))).collect();
    edits.sort_by_key(|(range, _)| range.start);
    let mut text = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        text.replace_range(range, new);
    }
    text
}
