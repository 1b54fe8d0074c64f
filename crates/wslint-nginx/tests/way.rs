//! The way of one request: each case is a config, the runs that it is followed in, and where they lead.

mod support;

use std::collections::BTreeMap;

use support::load;
use wslint_model::way::{
    Address, Arrival, End, Field, Follow, Handshake, Listens, Message, Network, Oracle, Run, Runs, explore,
    judge,
};
use wslint_model::{Browser, Known, NginxContext, Request, Scheme, Settings};
use wslint_nginx::Nginx;

const WS: &str = "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
                  proxy_set_header Connection upgrade;";

/// Looks at the model of a whole config, in which `WS;` stands for the lines that forward an upgrade.
fn with_model<T>(config: &str, look: impl FnOnce(&Nginx<'_>) -> T) -> T {
    let text = format!("events {{}} {}", config.replace("WS;", WS));
    let (project, root) = load(&[("nginx.conf".to_owned(), text)], NginxContext::Main);
    let settings = Settings::default();
    look(&Nginx::new(&project, &root, &settings))
}

fn follow(config: &str, request: &Request) -> Runs<Run> {
    let addresses = BTreeMap::new();
    with_model(config, |model| Network::new(vec![model], &addresses).follow(request))
}

fn http(inside: &str) -> String {
    format!("http {{ {inside} }}")
}

fn server(inside: &str) -> String {
    http(&format!("server {{ listen 80; {inside} }}"))
}

fn handshake(target: &str) -> Request {
    let mut request = Request::handshake(Scheme::Ws, "a.example", 80, target, Browser::Chrome);
    request.listen = Some("10.0.0.1:80".to_owned());
    request
}

/// What becomes of the handshake in a run, in a word: `fails`, or the upstream that it is sent to.
fn word(run: &Run) -> String {
    let sent_to = match &run.last().end {
        End::Sent(connect) => connect.address.as_ref().and_then(Option::as_deref).unwrap_or("?").to_owned(),
        End::Answered { status, .. } => status.as_ref().map_or("?".to_owned(), u16::to_string),
        End::Dropped { by, .. } => format!("dropped by {by}"),
        End::Unknown => return "unknown".to_owned(),
    };
    match judge(run, None).handshake {
        Handshake::Succeeds => sent_to,
        Handshake::Fails => format!("fails at {sent_to}"),
        Handshake::Unknown => format!("perhaps {sent_to}"),
    }
}

/// Checks where the runs of a handshake for `/ws` lead, which tests they ask and what they take for granted.
#[track_caller]
fn check(about: &str, config: &str, leads_to: &[&str], asked: &[&str], assumed: &[&str]) {
    let runs = follow(config, &handshake("/ws"));
    assert!(runs.complete, "{about}");
    let words: Vec<String> = runs.results.iter().map(word).collect();
    assert_eq!(words, leads_to, "{about}");
    assert_eq!(runs.asked, asked, "{about}");
    let taken: Vec<&str> = runs.assumed.iter().map(|assumption| assumption.words.as_str()).collect();
    assert_eq!(taken, assumed, "{about}");
    assert!(runs.assumed.iter().all(|assumption| assumption.site.is_some()), "{about}");
}

#[test]
fn what_a_server_name_captures_is_known_in_its_server() {
    let config = http(
        "server { listen 80; server_name ~^(?<app>\\w+)\\.example$; \
         location / { proxy_pass http://10.0.0.9:80; proxy_set_header Host $app-$1.internal; WS; } }",
    );
    let runs = follow(&config, &handshake("/ws"));
    let sent = runs.results[0].last().sent.as_ref().expect("it is sent");
    assert_eq!(sent.value("Host"), Known::Known(Some("a-a.internal".to_owned())));
}

#[test]
fn what_one_server_says_of_a_socket_holds_for_all_of_them() {
    let runs = |listens: [&str; 2], change: fn(&mut Arrival)| {
        let [first, second] = listens;
        let config = http(&format!(
            "ssl_certificate a.pem; ssl_certificate_key a.key; \
             server {{ listen 80 {first}; server_name b.example; return 403; }} \
             server {{ listen 80 {second}; server_name a.example; location / {{ proxy_pass http://10.0.0.9:80; WS; }} }}"
        ));
        with_model(&config, |model| {
            let mut arrival = Arrival::of(&handshake("/ws"));
            change(&mut arrival);
            let followed = explore(|oracle| model.follow(&arrival, oracle));
            matches!(followed.results[0].end, End::Sent(_))
        })
    };
    let tls: fn(&mut Arrival) = |arrival| arrival.tls = true;
    let proxy: fn(&mut Arrival) = |arrival| arrival.proxy_header = true;
    for (word, speaks) in [("ssl", tls), ("proxy_protocol", proxy)] {
        for listens in [[word, ""], ["", word]] {
            assert!(runs(listens, speaks), "{listens:?}");
            assert!(!runs(listens, |_| {}), "{listens:?}");
        }
        assert!(!runs(["", ""], speaks), "{word}");
    }
    // Without TLS a socket that speaks HTTP/2 speaks nothing else.
    assert!(!runs(["http2", ""], |_| {}) && !runs(["", "http2"], |_| {}) && runs(["", ""], |_| {}));
}

#[test]
fn what_cannot_be_decided_is_tried_both_ways() {
    let check = |about, inside: &str, leads_to: &[&str], asked: &[&str]| {
        check(about, &server(inside), leads_to, asked, &[]);
    };
    check(
        "a canary",
        "location /ws { if ($request_id ~ \"^[0-7]\") { rewrite ^ /canary last; } proxy_pass http://b:1; } \
         location /canary { proxy_pass http://c:1; WS; }",
        &["fails at b:1", "c:1"],
        &["$request_id ~ \"^[0-7]\""],
    );
    check(
        "the same test again has the same answer",
        "if ($request_id ~ \"^a\") { set $pool c; } \
         location /ws { if ($request_id ~ \"^a\") { proxy_pass http://c:1; } WS; proxy_pass http://b:1; }",
        &["b:1", "c:1"],
        &["$request_id ~ \"^a\""],
    );
    check(
        "what is taken to be equal is equal from there on",
        "location /ws { if ($request_id = a) { proxy_pass http://b:1; } WS; proxy_pass http://c:1; \
         if ($request_id = b) { proxy_pass http://d:1; } }",
        &["c:1", "d:1", "b:1"],
        &["$request_id = a", "$request_id = b"],
    );
    check(
        "a variable that branches assign, where it decides",
        "set $go ''; if ($request_id ~ \"^a\") { set $go yes; } \
         location /ws { if ($go = yes) { rewrite ^ /canary last; } proxy_pass http://b:1; WS; } \
         location /canary { proxy_pass http://c:1; }",
        &["b:1", "fails at c:1"],
        &["$request_id ~ \"^a\""],
    );
    check(
        "an expression of a dialect of its own",
        "location /ws { proxy_pass http://b:1; WS; } location ~ ^/(?C1)ws { proxy_pass http://c:1; }",
        &["b:1", "fails at c:1"],
        &["location ~ ^/(?C1)ws"],
    );
}

#[test]
fn branches_that_change_nothing_are_not_asked_about() {
    let check = |about, branch: &str| {
        let inside =
            format!("location /ws {{ if ($request_id ~ \"^a\") {{ {branch} }} proxy_pass http://b:1; WS; }}");
        check(about, &server(&inside), &["b:1"], &[], &[]);
    };
    check("a variable that nothing uses", "set $skip 1;");
    check("a header of the answer", "add_header X-A b;");
    check("nothing", "");
    check("a break behind which nothing stands", "break;");
}

#[test]
fn tables_are_tried_by_their_values() {
    let check = |about, tables: &str, inside: &str, leads_to: &[&str], asked: &[&str], assumed: &[&str]| {
        let config = http(&format!("{tables} server {{ listen 80; location /ws {{ {inside} }} }}"));
        check(about, &config, leads_to, asked, assumed);
    };
    let canary = "map $request_id $to { \"~^[0-7]\" c:1; default b:1; }";
    check(
        "an address",
        canary,
        "resolver 10.0.0.53; proxy_pass http://$to; WS;",
        &["b:1", "c:1"],
        &["$request_id ~ \"^[0-7]\""],
        &[],
    );
    check(
        "a header of the handshake",
        "map $request_id $wish { \"~^[0-7]\" close; default upgrade; }",
        "proxy_pass http://b:1; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
         proxy_set_header Connection $wish;",
        &["b:1", "fails at b:1"],
        &["$request_id ~ \"^[0-7]\""],
        &[],
    );
    check(
        "two tables over one source agree",
        "map $request_id $to { a c:1; default b:1; } map $request_id $wish { a close; default upgrade; }",
        "resolver 10.0.0.53; proxy_pass http://$to; proxy_http_version 1.1; \
         proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $wish;",
        &["b:1", "fails at c:1"],
        &["$request_id = \"a\""],
        &[],
    );
    check(
        "what no entry names is not served",
        "map $request_id $to { a b:1; b c:1; }",
        "resolver 10.0.0.53; proxy_pass http://$to; WS;",
        &["c:1", "b:1"],
        &["$request_id = \"a\""],
        &["an entry of `map $request_id $to` matches"],
    );
    check(
        "more values than are worth a run each",
        "map $request_id $to { a a:1; b b:1; c c:1; d d:1; default e:1; }",
        "resolver 10.0.0.53; proxy_pass http://$to; WS;",
        &["?"],
        &[],
        &[],
    );
}

#[test]
fn what_refuses_some_clients_is_taken_not_to_meet_the_others() {
    let check = |about, inside: &str, leads_to: &[&str], assumed: &[&str]| {
        check(about, &server(inside), leads_to, &[], assumed);
    };
    let location = |inside: &str| format!("location /ws {{ {inside} proxy_pass http://b:1; WS; }}");
    check(
        "an error",
        &location("if ($request_id ~ \"^a\") { return 403; }"),
        &["b:1"],
        &["`if ($request_id ~ \"^a\")` does not hold"],
    );
    check(
        "a redirect, which no handshake survives",
        &location("if ($request_id = a) { return 302 /login; }"),
        &["b:1"],
        &["`if ($request_id = a)` does not hold"],
    );
    check(
        "a rewrite to another site",
        &location("if ($request_id = a) { rewrite ^ https://b.example$request_uri permanent; }"),
        &["b:1"],
        &["`if ($request_id = a)` does not hold"],
    );
    check(
        "a closed connection",
        &location("if ($remote_addr = 10.0.0.9) { return 444; }"),
        &["b:1"],
        &["`if ($remote_addr = 10.0.0.9)` does not hold"],
    );
    check(
        "an error page that stays an error",
        &location("error_page 403 /no.html; if ($request_id = a) { return 403; }"),
        &["b:1"],
        &["`if ($request_id = a)` does not hold"],
    );
    check(
        "the same test again",
        &location("if ($request_id = a) { return 403; } if ($request_id = a) { proxy_pass http://c:1; }"),
        &["b:1"],
        &["`if ($request_id = a)` does not hold"],
    );
    check(
        "those who may pass in front of a door",
        "location /ws { if ($request_id = a) { rewrite ^ /in last; } return 403; } \
         location /in { proxy_pass http://b:1; WS; }",
        &["b:1"],
        &["`if ($request_id = a)` holds"],
    );
    check(
        "addresses",
        &location("deny 10.0.0.0/8; allow 192.168.0.0/16; deny all;"),
        &["b:1"],
        &["`deny all` does not refuse the client"],
    );
    check(
        "a program that is asked",
        &format!("{} location = /auth {{ proxy_pass http://a:1; }}", location("auth_request /auth;")),
        &["b:1"],
        &["`auth_request /auth` lets the client in"],
    );
}

#[test]
fn an_error_that_hands_the_request_on_is_no_refusal() {
    let inside = "error_page 418 = @ws; location /ws { if ($request_id ~ \"^a\") { return 418; } proxy_pass http://b:1; } \
                  location @ws { proxy_pass http://c:1; WS; }";
    check("error_page", &server(inside), &["fails at b:1", "c:1"], &["$request_id ~ \"^a\""], &[]);
}

#[test]
fn the_source_of_a_request_decides() {
    let config = server("location /ws { deny 10.0.0.9; proxy_pass http://b:1; WS; }");
    let from = |source: &str| {
        let request = Request { source: source.parse().ok(), ..handshake("/ws") };
        word(&follow(&config, &request).results[0])
    };
    assert_eq!(from("10.0.0.9"), "fails at 403");
    assert_eq!(from("10.0.0.8"), "b:1");
    let trusting =
        server("set_real_ip_from 10.0.0.0/24; location /ws { deny 10.0.0.9; proxy_pass http://b:1; WS; }");
    let runs = follow(&trusting, &Request { source: "10.0.0.8".parse().ok(), ..handshake("/ws") });
    assert_eq!(runs.assumed.len(), 1, "a header may put another address in its place");
}

#[test]
fn hops_are_joined() {
    let check = |about, config: &str, leads_to: &str, hops: usize| {
        let runs = follow(config, &handshake("/ws"));
        let words: Vec<String> = runs.results.iter().map(word).collect();
        assert_eq!(words, [leads_to], "{about}");
        assert_eq!(runs.results[0].hops.len(), hops, "{about}");
    };
    let two = |pass: &str, listen: &str, inside: &str| {
        http(&format!(
            "server {{ listen 80; location / {{ proxy_pass {pass}; WS; }} }} server {{ listen {listen}; {inside} }}"
        ))
    };
    let on = "location / { proxy_pass http://b:1; WS; }";
    check("a port", &two("http://127.0.0.1:81", "127.0.0.1:81", on), "b:1", 2);
    check("every address", &two("http://localhost:81", "81", on), "b:1", 2);
    check("an address of its own", &two("http://10.0.0.1:81", "10.0.0.1:81", on), "b:1", 2);
    check("another machine", &two("http://10.0.0.2:81", "81", on), "10.0.0.2:81", 1);
    check("a unix socket", &two("http://unix:/run/n.sock", "unix:/run/n.sock", on), "b:1", 2);
    check("TLS", &two("https://127.0.0.1:81", "127.0.0.1:81 ssl", on), "b:1", 2);
    check("plain to TLS", &two("http://127.0.0.1:81", "127.0.0.1:81 ssl", on), "fails at 400", 2);
    check(
        "TLS to plain",
        &two("https://127.0.0.1:81", "127.0.0.1:81", on),
        "fails at dropped by tls-to-plain",
        2,
    );
    check(
        "no PROXY header",
        &two("http://127.0.0.1:81", "127.0.0.1:81 proxy_protocol", on),
        "fails at dropped by PROXY header",
        2,
    );
    check(
        "half of the way",
        &two("http://127.0.0.1:81", "81", "location / { proxy_pass http://b:1; }"),
        "fails at b:1",
        2,
    );
    check(
        "a circle",
        &server("location / { proxy_pass http://127.0.0.1:80; WS; }"),
        "fails at 127.0.0.1:80",
        2,
    );
    let stream = |inside: &str, listen: &str| {
        format!(
            "stream {{ server {{ listen 80; proxy_pass 127.0.0.1:81; {inside} }} }} \
             http {{ server {{ listen 127.0.0.1:81 {listen}; {on} }} }}"
        )
    };
    check("stream", &stream("", ""), "b:1", 2);
    check("stream with a PROXY header", &stream("proxy_protocol on;", "proxy_protocol"), "b:1", 2);
    check("a PROXY header that nobody reads", &stream("proxy_protocol on;", ""), "fails at 400", 2);
    check("stream that speaks TLS", &stream("proxy_ssl on;", "ssl"), "b:1", 2);
}

#[test]
fn a_stream_hands_the_client_s_tls_on() {
    let config = "stream { server { listen 443; proxy_pass unix:/run/n.sock; } } \
                  http { server { listen unix:/run/n.sock ssl; location / { proxy_pass http://b:1; WS; } } }";
    let mut request = Request::handshake(Scheme::Wss, "a.example", 443, "/ws", Browser::Chrome);
    assert_eq!(word(&follow(config, &request).results[0]), "b:1");
    request.scheme = Scheme::Ws;
    assert_eq!(word(&follow(config, &request).results[0]), "fails at 400");
}

#[test]
fn a_stream_goes_by_the_name_in_tls() {
    let config = "stream { map $ssl_preread_server_name $to { a.example 127.0.0.1:81; default 127.0.0.1:82; } \
                  server { listen 443; ssl_preread on; proxy_pass $to; } } \
                  http { server { listen 127.0.0.1:81 ssl; location / { proxy_pass http://b:1; WS; } } \
                  server { listen 127.0.0.1:82 ssl; location / { proxy_pass http://c:1; WS; } } }";
    let of = |host: &str| {
        let request = Request::handshake(Scheme::Wss, host, 443, "/ws", Browser::Chrome);
        word(&follow(config, &request).results[0])
    };
    assert_eq!(of("a.example"), "b:1");
    assert_eq!(of("b.example"), "c:1");
}

#[test]
fn a_hop_says_which_routes_it_takes() {
    let check = |about, inside: &str, expected: &[&str]| {
        let text = format!("events {{}} {}", server(inside).replace("WS;", WS));
        let (project, root) = load(&[("nginx.conf".to_owned(), text)], NginxContext::Main);
        let settings = Settings::default();
        let model = Nginx::new(&project, &root, &settings);
        let hop = model.follow(&Arrival::of(&handshake("/ws/x")), &mut Oracle::default());
        let lines: Vec<String> =
            hop.routes.iter().map(|site| String::from_utf8_lossy(project.text(*site)).into_owned()).collect();
        assert_eq!(lines, expected, "{about}");
        let routes = support::routes(&model);
        let known = |site| routes.iter().any(|route| route.site == site);
        let locations = hop.routes.iter().filter(|site| project.text(**site).starts_with(b"location"));
        assert!(locations.into_iter().all(|site| known(*site)), "{about}: {lines:?} are routes");
    };
    check("one", "location /ws { proxy_pass http://b:1; WS; }", &["location /ws", "server"]);
    check(
        "nested",
        "location /ws { location /ws/x { proxy_pass http://b:1; WS; } }",
        &["location /ws/x", "location /ws", "server"],
    );
    check(
        "one after the other",
        "location /ws { rewrite ^ /b last; } location /b { proxy_pass http://b:1; WS; }",
        &["location /b", "server", "location /ws"],
    );
    check(
        "by its name",
        "location /ws { try_files $uri @ws; } location @ws { proxy_pass http://b:1; WS; }",
        &["location @ws", "server", "location /ws"],
    );
    check(
        "the one that another takes the path away from",
        "location /ws { proxy_pass http://b:1; WS; } location ~ x$ { return 404; }",
        &["location ~ x$", "server", "location /ws"],
    );
    check("none", "return 404;", &["server"]);
}

#[test]
fn what_is_sent_says_why() {
    let cause = |inside: &str, look: fn(&Message) -> Option<String>| {
        let config = server(&format!("location /ws {{ proxy_pass http://b:1; {inside} }}"));
        let runs = follow(&config, &handshake("/ws"));
        look(runs.results[0].last().sent.as_ref().expect("it is sent"))
    };
    fn role(message: &Message, name: &str) -> Option<String> {
        let mark = message.cause(name)?.marks.first()?;
        Some(mark.role.to_string())
    }
    assert_eq!(cause("", |sent| role(sent, "Upgrade")).as_deref(), Some("nothing here passes `Upgrade` on"));
    assert_eq!(cause("WS;", |sent| role(sent, "Upgrade")).as_deref(), Some("set here"));
    assert_eq!(cause("", |sent| role(sent, "Sec-WebSocket-Key")), None);
    assert_eq!(
        cause("proxy_method POST;", |sent| sent
            .method
            .cause
            .as_ref()?
            .marks
            .first()
            .map(|m| m.role.to_string())),
        Some("set here".to_owned())
    );
}

#[test]
fn replies_say_what_keeps_a_101_away() {
    let check = |about, inside: &str, expected: &str| {
        let config = server(&format!("location /ws {{ proxy_pass http://b:1; WS; {inside} }}"));
        let runs = follow(&config, &handshake("/ws"));
        let told = judge(&runs.results[0], None).reason.map(|reason| reason.words).unwrap_or_default();
        assert_eq!(told, expected, "{about}");
    };
    check("nothing", "", "");
    check(
        "a timeout",
        "proxy_read_timeout 0;",
        "`proxy_read_timeout 0` gives the upstream no time to answer",
    );
    check("a rate", "limit_rate 10;", "at 10 bytes a second the 101 comes too late");
    check(
        "a cache",
        "proxy_cache z; proxy_cache_valid any 1m;",
        "the cache may answer with what another request got",
    );
    let forced = server(
        "error_page 404 /in; location /ws { return 404; } location /in { proxy_pass http://b:1; WS; }",
    );
    assert_eq!(word(&follow(&forced, &handshake("/ws")).results[0]), "fails at b:1");
    let hidden = server("location /ws { proxy_pass http://b:1; WS; proxy_hide_header Upgrade; }");
    let runs = follow(&hidden, &handshake("/ws"));
    assert!(judge(&runs.results[0], None).damage.is_some_and(|damage| damage.for_all));
}

#[test]
fn a_second_location_may_take_a_failing_handshake_over() {
    let check = |about, page: &str, expected: &str| {
        let inside = format!(
            "location /ws {{ proxy_pass http://b:1; {page} }} location @ws {{ proxy_pass http://c:1; WS; }} \
             location @plain {{ proxy_pass http://c:1; }}"
        );
        assert_eq!(word(&follow(&server(&inside), &handshake("/ws")).results[0]), expected, "{about}");
    };
    check("none", "", "fails at b:1");
    check("where the upstream is down", "error_page 502 = @ws;", "perhaps b:1");
    check("with a status of its own", "error_page 502 @ws;", "fails at b:1");
    check("which forwards no upgrade", "error_page 502 = @plain;", "fails at b:1");
    check("for what the upstream refuses", "error_page 426 = @ws; proxy_intercept_errors on;", "perhaps b:1");
    check("for what goes through as it is", "error_page 426 = @ws;", "fails at b:1");
}

#[test]
fn a_target_that_is_not_known_is_followed_where_nothing_depends_on_it() {
    let check = |about, inside: &str, expected: &str| {
        let mut arrival = Arrival::of(&handshake("/ws"));
        arrival.message.target.value = Known::Unknown;
        let end = with_model(&server(inside), |model| model.follow(&arrival, &mut Oracle::default()).end);
        let word = match end {
            End::Sent(connect) => connect.address.known().flatten().unwrap_or_default(),
            End::Unknown => "unknown".to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(word, expected, "{about}");
    };
    check("one location", "location / { proxy_pass http://b:1; WS; }", "b:1");
    check("nested", "location / { location / { proxy_pass http://b:1; } }", "b:1");
    check("two", "location / { proxy_pass http://b:1; } location /x { proxy_pass http://c:1; }", "unknown");
    check("an expression", "location / { proxy_pass http://b:1; } location ~ x { return 404; }", "unknown");
    check("a rewrite for every path", "location / { rewrite ^ /y break; proxy_pass http://b:1; }", "b:1");
}

#[test]
fn a_host_that_is_not_known_may_be_that_of_each_server() {
    let servers = "server { listen 80; server_name a.example; location / { proxy_pass http://b:1; WS; } } \
                   server { listen 80; server_name b.example; location / { proxy_pass http://c:1; WS; } }";
    let mut arrival = Arrival::of(&handshake("/ws"));
    for field in arrival.message.fields.iter_mut().filter(|field| field.name == "Host") {
        *field = Field { value: Known::Unknown, ..field.clone() };
    }
    let ends = with_model(&http(servers), |model| {
        explore(|oracle| match model.follow(&arrival, oracle).end {
            End::Sent(connect) => connect.address.known().flatten().unwrap_or_default(),
            other => format!("{other:?}"),
        })
    });
    assert_eq!(ends.results, ["b:1", "c:1"]);
    assert_eq!(ends.asked, ["$host = \"b.example\""]);
}

#[test]
fn a_config_says_how_it_listens() {
    let config = "stream { server { listen 9000; proxy_pass a:1; } } \
                  http { server { listen 127.0.0.1:81; listen 80; listen 10.0.0.1:82; listen unix:/run/n.sock; \
                  listen [::]:83; listen [::]:84 ipv6only=off; } }";
    let check = |address: &str, expected: Listens| {
        let address = Address::read(address).expect("an address");
        assert_eq!(with_model(config, |model| model.listens(&address)), expected, "{address}");
    };
    check("127.0.0.1:81", Listens::Exactly);
    check("localhost:81", Listens::Exactly);
    check("10.0.0.1:81", Listens::No);
    check("10.0.0.1:80", Listens::AtEvery);
    check("[::1]:80", Listens::No);
    check("[::1]:83", Listens::AtEvery);
    check("127.0.0.1:83", Listens::No);
    check("[::1]:84", Listens::AtEvery);
    check("127.0.0.1:84", Listens::AtEvery);
    check("localhost:83", Listens::AtEvery);
    check("nginx:82", Listens::Perhaps);
    check("unix:/run/n.sock", Listens::Exactly);
    check("unix:/run/m.sock", Listens::No);
    check("127.0.0.1:9000", Listens::AtEvery);
    check("127.0.0.1:83", Listens::No);
}
