//! Servers that mean no good: the probe ends, keeps little of what they send, and goes nowhere else.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use wslint_probe::{Grade, Plan, Report, Seen, Service, Trust, Verdict, probe, tell};

/// A server of one behaviour. Dropping it ends it.
struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Reads the head of each request, and does then what `behave` says until it is refused.
    fn new(
        behave: impl Fn(&mut TcpStream, &str, &AtomicBool) -> std::io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (connections, over) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
        let (counted, ended, behave) = (Arc::clone(&connections), Arc::clone(&over), Arc::new(behave));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                counted.fetch_add(1, Ordering::SeqCst);
                let (Ok(mut stream), behave, ended) = (stream, Arc::clone(&behave), Arc::clone(&ended))
                else {
                    return;
                };
                std::thread::spawn(move || {
                    let mut head = Vec::new();
                    let mut byte = [0];
                    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
                        head.push(byte[0]);
                    }
                    // Whoever has heard enough closes, and then writing fails.
                    let _ = behave(&mut stream, &String::from_utf8_lossy(&head), &ended);
                });
            }
        });
        Self { address, connections, over, thread: Some(thread) }
    }

    /// A server that sends the same bytes over and over behind a beginning.
    fn endless(beginning: &'static [u8], again: &'static [u8]) -> Self {
        Self::new(move |stream, _, over| {
            stream.write_all(beginning)?;
            while !over.load(Ordering::SeqCst) {
                stream.write_all(again)?;
            }
            Ok(())
        })
    }

    /// A server that takes a handshake as it should and sends then the same bytes over and over, or none.
    fn switching(again: &'static [u8]) -> Self {
        Self::new(move |stream, head, over| {
            let key =
                head.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Key: ")).unwrap_or_default();
            let accept = derive_accept_key(key.trim().as_bytes());
            let answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade";
            stream.write_all(format!("{answer}\r\nSec-WebSocket-Accept: {accept}\r\n\r\n").as_bytes())?;
            while !over.load(Ordering::SeqCst) {
                stream.write_all(again)?;
                if again.is_empty() {
                    std::thread::sleep(Duration::from_millis(10));
                }
            }
            Ok(())
        })
    }

    fn probed(&self, target: &str, change: impl FnOnce(&mut Plan)) -> (Seen, Report) {
        let mut plan = Plan {
            tls: false,
            host: "app.example.com".into(),
            port: 80,
            target: target.into(),
            connect: Some(self.address.to_string()),
            headers: Vec::new(),
            origin: None,
            trust: Trust::System,
            patience: Duration::from_millis(300),
            hold: None,
            service: Service::Told,
        };
        change(&mut plan);
        let seen = probe(&plan, &|_| ()).expect("sockets");
        let report = tell(&plan, &seen);
        (seen, report)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // The listener waits for a connection to see that it is over.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            thread.join().expect("the server ends");
        }
    }
}

fn told(report: &Report) -> String {
    let line = |step: &wslint_probe::Step| format!("{:?} {}: {}\n", step.result, step.what, step.detail);
    report.steps.iter().map(line).collect()
}

#[test]
fn headers_without_end_are_refused() {
    let server =
        Server::endless(b"HTTP/1.1 101 Switching Protocols\r\n", b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaa\r\n");
    let (_, report) = server.probed("/ws", |_| ());
    assert_eq!(report.verdict, Verdict::Fails);
    assert!(told(&report).contains("a head that is no head of HTTP, or too large"), "{}", told(&report));
}

#[test]
fn interim_answers_without_end_are_no_answer() {
    let server = Server::endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n");
    let (_, report) = server.probed("/ws", |_| ());
    assert!(told(&report).contains("no answer within"), "{}", told(&report));
}

#[test]
fn an_answer_that_drips_is_no_answer() {
    let server = Server::new(|stream, _, over| {
        for byte in b"HTTP/1.1 200 OK\r\nServer: slow\r\n\r\n".iter().cycle() {
            if over.load(Ordering::SeqCst) {
                break;
            }
            stream.write_all(&[*byte])?;
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    });
    let (_, report) = server.probed("/ws", |_| ());
    assert_eq!(report.verdict, Verdict::Fails);
    assert!(told(&report).contains("no answer within"), "{}", told(&report));
}

#[test]
fn of_a_body_without_end_the_beginning_is_kept() {
    for beginning in [
        &b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"[..],
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
    ] {
        let server = Server::endless(beginning, &[b'a'; 4096]);
        let (seen, _) = server.probed("/socket.io/", |_| ());
        let plain = seen.plain.expect("it was asked").expect("an answer");
        assert_eq!((plain.status, plain.body.len() <= 16 * 1024), (200, true));
    }
    // Chunks whose sizes have no end, and one that is none.
    for again in [&b"0000000000000000"[..], b"zz\r\n"] {
        let server = Server::endless(b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n", again);
        let (seen, _) = server.probed("/ws", |_| ());
        assert_eq!(seen.plain.expect("it was asked").expect("an answer").status, 404);
    }
}

#[test]
fn what_is_no_http_is_told() {
    for (bytes, words) in [
        (&b"\x15\x03\x03\x00\x02\x02\x28"[..], "the port speaks TLS"),
        (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "HTTP/2 alone"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "another protocol"),
    ] {
        let server = Server::new(move |stream, _, _| stream.write_all(bytes));
        let (_, report) = server.probed("/ws", |_| ());
        assert!(told(&report).contains(words), "{}", told(&report));
    }
}

#[test]
fn nothing_is_followed_and_nothing_tried_again() {
    let other = Server::endless(b"HTTP/1.1 200 OK\r\n\r\n", b"a");
    let location = format!(
        "HTTP/1.1 302 Found\r\nLocation: http://{}/ws?code=secret\r\nContent-Length: 0\r\n\r\n",
        other.address
    );
    let server = Server::new(move |stream, _, _| stream.write_all(location.as_bytes()));
    let (_, report) = server.probed("/socket.io/", |plan| {
        plan.origin = Some("https://page.example".into());
        plan.hold = Some(Duration::from_millis(100));
    });
    assert_eq!(other.connections.load(Ordering::SeqCst), 0, "a redirect was followed");
    let asked = server.connections.load(Ordering::SeqCst);
    assert!(asked <= 10, "{asked} connections");
    assert!(!told(&report).contains("secret"), "{}", told(&report));
}

#[test]
fn a_certificate_that_nobody_vouches_for_ends_it() {
    use wslint_lab::{Lab, Setup};
    let lab = Lab::new().expect("the lab can be set up");
    let setup = Setup::nginx(
        "server { listen 443 ssl; ssl_certificate a.crt; ssl_certificate_key a.key; location /ws { \
         proxy_pass http://127.0.0.1:3000; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
         proxy_set_header Connection upgrade; proxy_set_header Host $http_host; } }",
    );
    let pem = lab.certificate().as_bytes().to_vec();
    let stood = lab.stand(&setup, |entrances| {
        let asked = |trust: Trust| {
            let plan = Plan {
                tls: true,
                host: "app.example.com".into(),
                port: 443,
                target: "/ws".into(),
                connect: Some(entrances[0].address.to_string()),
                headers: vec![("Authorization".into(), Some("Bearer token".into()))],
                origin: None,
                trust,
                patience: Duration::from_secs(5),
                hold: None,
                service: Service::Told,
            };
            let seen = probe(&plan, &|_| ()).expect("sockets");
            tell(&plan, &seen)
        };
        [
            Trust::Authorities(pem),
            Trust::Anyone,
            Trust::Authorities(b"no certificate".to_vec()),
            Trust::System,
        ]
        .map(asked)
    });
    let [vouched, anyone, none, system] = stood.expect("the lab").expect("nginx takes it");
    for report in [&vouched, &anyone] {
        assert_eq!(report.verdict, Verdict::Works, "{}", told(report));
    }
    assert_eq!(none.verdict, Verdict::Unknown, "{}", told(&none));
    // A machine without any authority cannot tell, and others refuse it: neither asks for anything behind it.
    assert_ne!(system.verdict, Verdict::Works);
    let last = system.steps.last().expect("a step");
    assert_eq!((last.what.as_str(), last.result), ("tls", Grade::Failed));
}

#[test]
fn frames_that_are_none_end_the_connection() {
    // A 101 that fits no key is refused before any frame is read, so that what is sent behind it is not looked at.
    let server = Server::endless(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
        &[0xff; 4096],
    );
    let (_, report) = server.probed("/ws", |_| ());
    assert_eq!(report.verdict, Verdict::Fails);
    assert!(told(&report).contains("wrong Sec-WebSocket-Accept"), "{}", told(&report));
}

#[test]
fn a_websocket_that_carries_nothing_is_found() {
    let server = Server::switching(b"");
    let (_, report) = server.probed("/ws", |plan| plan.hold = Some(Duration::from_millis(200)));
    assert_eq!(report.verdict, Verdict::Breaks, "{}", told(&report));
    let told = told(&report);
    assert!(told.contains("the WebSocket stands and carries nothing"), "{told}");
    assert!(told.contains("dead after 200 ms: no pong came any more"), "{told}");
}

#[test]
fn frames_without_end_end_with_the_hold() {
    // Pings of the server's, as fast as they go.
    let server = Server::switching(b"\x89\x00");
    let (seen, _) = server.probed("/ws", |plan| plan.hold = Some(Duration::from_millis(200)));
    assert!(seen.quiet.is_some_and(|held| held.heard > 0));
    // A message of 2^62 bytes is not waited for.
    let server = Server::switching(b"\x82\x7f\x40\x00\x00\x00\x00\x00\x00\x00");
    let (_, report) = server.probed("/ws", |plan| plan.hold = Some(Duration::from_millis(200)));
    assert!(told(&report).contains("Failed ping: the WebSocket was cut"), "{}", told(&report));
}
