//! The way of a request through configurations of HAProxy: what is tried both ways, what is taken for granted, which
//! listener comes next, and what a hop says of what it sends and of the answer.

use std::collections::{BTreeMap, HashMap};

use wslint_haproxy::Haproxy;
use wslint_model::way::{End, Handshake, Network, Run, Runs, outcome};
use wslint_model::{
    Browser, Content, File, FileId, HaproxyRoot, Known, Project, Request, Scheme, Settings, Site, Value,
};
use wslint_syntax::haproxy;

const DEFAULTS: &str = "defaults\n mode http\n timeout connect 5s\n timeout client 50s\n timeout server 50s\n timeout tunnel 1h\n";

/// A configuration below the usual defaults.
struct Case {
    project: Project,
    root: HaproxyRoot,
    settings: Settings,
}

impl Case {
    fn new(text: &str) -> Self {
        let text = format!("{DEFAULTS}{text}");
        // What the environment holds is not known.
        let options = haproxy::Options { unset: haproxy::Unset::Unknown, ..haproxy::Options::default() };
        let parse = haproxy::parse(text.as_bytes(), &options);
        assert!(parse.errors.is_empty(), "{text}\n{:?}", parse.errors);
        let content = Content::Haproxy(parse.tree);
        let file = File::new("haproxy.cfg", content, false);
        let root = HaproxyRoot { files: vec![FileId(0)], whole: true, pattern_files: HashMap::new() };
        Self {
            project: Project { files: vec![file], ..Project::default() },
            root,
            settings: Settings::default(),
        }
    }

    fn follow(&self, request: &Request) -> Runs<Run> {
        let model = Haproxy::new(&self.project, &self.root, &self.settings);
        let addresses = BTreeMap::new();
        Network::new(vec![&model], &addresses).follow(request)
    }

    /// All runs of a handshake for `/ws` from a client of whom nothing is known.
    fn handshake(&self) -> Runs<Run> {
        self.follow(&Request::handshake(Scheme::Ws, "app.example", 80, "/ws", Browser::Chrome))
    }

    /// A fact of the first route on which something is expected.
    fn fact(&self, name: &str) -> Option<Value> {
        let model = Haproxy::new(&self.project, &self.root, &self.settings);
        let addresses = BTreeMap::new();
        let routes = model.routes(&Network::new(vec![&model], &addresses), 0);
        let route = routes.iter().find(|route| route.facts.iter().next().is_some())?;
        route.facts.get(name).map(|fact| fact.value.clone())
    }

    /// The text at a place.
    fn text(&self, site: Site) -> String {
        String::from_utf8_lossy(self.project.text(site)).into_owned()
    }
}

#[test]
fn what_refuses_some_clients_is_taken_as_not_matching() {
    let check = |rules: &str, assumed: &[&str], handshake: Handshake| {
        let case = Case::new(&format!(
            "frontend web\n bind :80\n{rules} default_backend app\nbackend app\n server a 10.0.0.1:80\n"
        ));
        let runs = case.handshake();
        let words: Vec<&str> = runs.assumed.iter().map(|assumption| assumption.words.as_str()).collect();
        assert_eq!(words, assumed, "{rules}");
        assert_eq!(runs.results.len(), 1, "{rules}: {:?}", runs.asked);
        assert_eq!(outcome(&runs, None).handshake, handshake, "{rules}");
    };
    use Handshake::{Fails, Succeeds, Unknown};
    check(
        " http-request deny if { src -f /etc/banned.lst }\n",
        &["`deny if { src -f /etc/banned.lst }` does not match"],
        Succeeds,
    );
    check(
        " tcp-request connection reject if { src 10.0.0.0/8 }\n",
        &["`reject if { src 10.0.0.0/8 }` does not match"],
        Succeeds,
    );
    check(
        " http-request deny unless { src 10.0.0.0/8 }\n http-request deny if { hdr(Upgrade) -i websocket }\n",
        &["`deny unless { src 10.0.0.0/8 }` does not match"],
        Fails,
    );
    // A list of those who may enter is one rule of refusal.
    check(
        " http-request allow if { src 10.0.0.0/8 }\n http-request allow if { src 192.168.0.0/16 }\n http-request deny\n",
        &["`allow if { src 10.0.0.0/8 }` matches"],
        Succeeds,
    );
    // The same test gets the same answer further down.
    check(
        " http-request deny if { src -f /etc/banned.lst }\n http-request del-header Upgrade if { src -f /etc/banned.lst }\n",
        &["`deny if { src -f /etc/banned.lst }` does not match"],
        Succeeds,
    );
    // A variable that may be set under a condition is not known, and what it refuses is not met.
    check(
        " http-request set-var(txn.bad) bool(true) if { src -f /etc/banned.lst }\n http-request silent-drop if { var(txn.bad) -m bool }\n",
        &["`silent-drop if { var(txn.bad) -m bool }` does not match"],
        Succeeds,
    );
    check(
        " http-request lua.check\n http-request del-header Upgrade\n",
        &["`lua.check` lets the request pass"],
        Fails,
    );
    check(" http-request lua.check\n", &["`lua.check` lets the request pass"], Unknown);
    // What is decided is not taken for granted.
    check(" http-request deny if { path_beg /admin } !{ src 10.0.0.0/8 }\n", &[], Succeeds);
    check(
        " http-request deny if { path_beg /ws } { src -f /etc/banned.lst } { method POST }\n",
        &[],
        Succeeds,
    );
}

#[test]
fn what_decides_the_way_is_tried_both_ways() {
    let check = |rules: &str, asked: &[&str], handshakes: &[Handshake]| {
        let case = Case::new(&format!(
            "frontend web\n bind :80\n{rules} default_backend app\nbackend app\n server a 10.0.0.1:80\n\
             backend plain\n http-request del-header Upgrade\n server p 10.0.0.2:80\n"
        ));
        let runs = case.handshake();
        assert_eq!(runs.asked, asked, "{rules}");
        let judged: Vec<Handshake> =
            runs.results.iter().map(|run| wslint_model::way::judge(run, None).handshake).collect();
        assert_eq!(judged, handshakes, "{rules}");
    };
    use Handshake::{Fails, Succeeds};
    check(" use_backend plain if { rand(100) lt 10 }\n", &["rand(100) lt 10"], &[Succeeds, Fails]);
    // The same test gets the same answer.
    check(
        " use_backend plain if { rand(100) lt 10 }\n use_backend app unless { rand(100) lt 10 }\n",
        &["rand(100) lt 10"],
        &[Succeeds, Fails],
    );
    check(" use_backend plain if { rand(100) lt 10 } { path_beg /api }\n", &[], &[Succeeds]);
    check(" use_backend plain if { path_beg /ws } or { rand(100) lt 10 }\n", &[], &[Fails]);
    check(
        " http-request allow if { src 10.0.0.0/8 }\n http-request deny if { path_beg /ws }\n",
        &["src 10.0.0.0/8"],
        &[Fails, Succeeds],
    );
    // What no handshake depends on is not asked for.
    check(" http-request set-header X-Office yes if { src 10.0.0.0/8 }\n", &[], &[Succeeds]);
    check(" http-request set-var(txn.a) str(b) if { src 10.0.0.0/8 }\n", &[], &[Succeeds]);
}

#[test]
fn a_named_test_that_is_not_decided_is_tried_both_ways() {
    let ways = |acl: &str| {
        let case = Case::new(&format!(
            "frontend web\n bind :80\n{acl} use_backend b if named\n default_backend a\nbackend a\n server a 10.0.0.1:80\n\
             backend b\n server b 10.0.0.2:80\n"
        ));
        let runs = case.handshake();
        let backend = |run: &Run| run.last().backend.as_ref().cloned().flatten().expect("a backend");
        (runs.results.iter().map(backend).collect::<Vec<_>>(), runs.asked)
    };
    let (both, src) = (["a", "b"].map(str::to_owned).to_vec(), "src 10.0.0.0/8".to_owned());
    assert_eq!(ways(" acl named src 10.0.0.0/8\n"), (both.clone(), vec![src.clone()]));
    // Lines of one name are alternatives: one that fails for certain asks nothing.
    assert_eq!(ways(" acl named path /x\n acl named src 10.0.0.0/8\n"), (both, vec![src]));
    assert_eq!(ways(" acl named src 10.0.0.0/8\n acl named path /ws\n"), (vec!["b".to_owned()], vec![]));
}

#[test]
fn what_stands_in_a_map_or_a_file_that_is_not_at_hand_is_tried_both_ways() {
    for test in ["path -M -f paths.map", "path -f paths.lst", "path -m nonsense /ws"] {
        let case = Case::new(&format!(
            "frontend web\n bind :80\n use_backend b if {{ {test} }}\n default_backend a\n\
             backend a\n server a 10.0.0.1:80\nbackend b\n server b 10.0.0.2:80\n"
        ));
        assert_eq!(case.handshake().results.len(), 2, "{test}");
    }
}

#[test]
fn a_variable_that_something_else_may_set_is_not_taken_as_empty() {
    let ways = |rule: &str| {
        let case = Case::new(&format!(
            "frontend web\n bind :80\n{rule} use_backend b if {{ var(txn.a) -m found }}\n default_backend a\n\
             backend a\n server a 10.0.0.1:80\nbackend b\n server b 10.0.0.2:80\n"
        ));
        case.handshake().results.len()
    };
    assert_eq!(ways(""), 1);
    assert_eq!(ways(" filter spoe engine waf config /etc/waf.conf\n"), 2);
    assert_eq!(ways(" http-request set-header x-p %[path,set-var(txn.a)]\n"), 2);
    assert_eq!(ways(" http-request set-header x-p %[path,set-var(txn.b)]\n"), 1);
    assert_eq!(ways(" http-request set-var(txn.b) path\n"), 1);
}

#[test]
fn the_branches_of_an_undecided_if_exclude_each_other() {
    let case = Case::new(
        "frontend web\n bind :80\n.if defined(STAGING)\n use_backend a if TRUE\n.else\n use_backend b if TRUE\n\
         .endif\nbackend a\n server a 10.0.0.1:80\nbackend b\n server b 10.0.0.2:80\n",
    );
    let runs = case.handshake();
    let backends: Vec<_> = runs.results.iter().map(|run| run.last().backend.clone()).collect();
    let named = |name: &str| Known::Known(Some(name.to_owned()));
    assert_eq!(backends, [named("b"), named("a")]);
    assert_eq!(runs.asked, [".if defined(STAGING)"]);
}

#[test]
fn the_address_of_the_client_decides_where_it_is_known() {
    let case = Case::new(
        "frontend web\n bind :80\n http-request deny unless { src 10.0.0.0/8 }\n default_backend app\n\
         backend app\n server a 10.0.0.1:80\n",
    );
    let from = |source: &str| {
        let mut request = Request::handshake(Scheme::Ws, "app.example", 80, "/ws", Browser::Chrome);
        request.source = source.parse().ok();
        let runs = case.follow(&request);
        assert!(runs.assumed.is_empty() && runs.asked.is_empty());
        outcome(&runs, None).handshake
    };
    assert_eq!(from("10.1.2.3"), Handshake::Succeeds);
    assert_eq!(from("192.0.2.1"), Handshake::Fails);
}

#[test]
fn hops_join_through_tls_sockets_and_proxy_headers() {
    let check = |server: &str, bind: &str, hops: usize, status: Known<Option<u16>>| {
        let case = Case::new(&format!(
            "frontend outer\n bind :80\n default_backend onward\nbackend onward\n server s {server}\n\
             frontend inner\n bind {bind}\n default_backend app\nbackend app\n timeout tunnel 20s\n server a 10.0.0.1:80\n"
        ));
        let runs = case.handshake();
        assert_eq!(runs.results[0].hops.len(), hops, "{server} to {bind}");
        let outcome = outcome(&runs, None);
        assert_eq!(outcome.status, status, "{server} to {bind}");
        if status == Known::Known(Some(101)) {
            let limit = if hops == 2 { 20_000 } else { 3_600_000 };
            assert_eq!(outcome.idle_timeout, Known::Known(limit), "{server} to {bind}");
        }
    };
    let works = || Known::Known(Some(101));
    let closed = || Known::Known(Some(502));
    check("127.0.0.1:81", "127.0.0.1:81", 2, works());
    check("127.0.0.1:81", ":81", 2, works());
    check("10.0.0.9:81", ":81", 1, works());
    check("10.0.0.9:81", "10.0.0.9:81", 2, works());
    check("/run/inner.sock", "unix@/run/inner.sock", 2, works());
    check("abns@inner", "abns@inner", 2, works());
    check("127.0.0.1:81 ssl verify none", ":81 ssl crt a.pem", 2, works());
    check("127.0.0.1:81", ":81 ssl crt a.pem", 2, closed());
    check("127.0.0.1:81 send-proxy", ":81 accept-proxy", 2, works());
    check("127.0.0.1:81", ":81 accept-proxy", 2, closed());
    check("127.0.0.1:81 send-proxy", ":81", 2, Known::Known(Some(400)));
    check("127.0.0.1:81 send-proxy", ":82", 1, Known::Unknown);
}

#[test]
fn a_circle_ends_even_if_each_turn_adds_a_header() {
    let case = Case::new(
        "frontend web\n bind :80\n option forwardfor\n default_backend again\nbackend again\n server s 127.0.0.1:80\n",
    );
    let runs = case.handshake();
    assert!(runs.results[0].circle);
    assert_eq!(outcome(&runs, None).handshake, Handshake::Fails);
}

#[test]
fn a_hop_names_the_line_of_its_route() {
    let check = |rules: &str, route: &str| {
        let case = Case::new(&format!(
            "frontend web\n bind :80\n{rules} default_backend app\nbackend app\n server a 10.0.0.1:80\n\
             backend chat\n server c 10.0.0.2:80\n"
        ));
        let runs = case.handshake();
        let routes: Vec<String> =
            runs.results[0].hops[0].routes.iter().map(|site| case.text(*site)).collect();
        assert_eq!(routes, [route], "{rules}");
    };
    check("", "default_backend app");
    check(" use_backend chat if { path_beg /ws }\n", "use_backend chat if { path_beg /ws }");
    // What is refused before it takes a route is told of the one that it would take.
    check(
        " http-request deny if { hdr(Upgrade) -i websocket }\n use_backend chat if { path_beg /ws }\n",
        "use_backend chat if { path_beg /ws }",
    );
}

#[test]
fn a_hop_says_what_makes_its_message_so() {
    let case = Case::new(
        "frontend web\n bind :80\n http-request del-header Sec-WebSocket-Key\n http-request set-path /chat\n\
         http-response del-header Upgrade\n default_backend app\nbackend app\n http-request set-method POST\n \
         server a 10.0.0.1:80\n",
    );
    let runs = case.handshake();
    let hop = runs.results[0].last();
    let sent = hop.sent.as_ref().expect("it is sent");
    let line = |cause: Option<&wslint_model::Cause>| case.text(cause.expect("a cause").marks[0].site);
    assert_eq!(line(sent.target.cause.as_ref()), "http-request set-path /chat");
    assert_eq!(line(sent.method.cause.as_ref()), "http-request set-method POST");
    assert_eq!(sent.target.value, Known::Known("/chat".to_owned()));
    let damaged: Vec<(&str, String)> =
        hop.reply.damage.iter().map(|(damage, cause)| (damage.header, line(Some(cause)))).collect();
    assert_eq!(
        damaged,
        [
            ("Sec-WebSocket-Accept", "http-request del-header Sec-WebSocket-Key".to_owned()),
            ("Upgrade", "http-response del-header Upgrade".to_owned()),
        ]
    );
}

#[test]
fn a_status_of_its_own_takes_the_place_of_the_101() {
    let case = Case::new(
        "frontend web\n bind :80\n http-response set-status 200 if { status 101 }\n default_backend app\n\
         backend app\n server a 10.0.0.1:80\n",
    );
    let runs = case.handshake();
    assert!(matches!(runs.results[0].last().end, End::Sent(_)));
    let outcome = outcome(&runs, None);
    assert_eq!((outcome.handshake, outcome.status), (Handshake::Fails, Known::Known(Some(200))));
    let cause = outcome.reason.and_then(|reason| reason.cause).expect("a cause");
    assert_eq!(case.text(cause.marks[0].site), "http-response set-status 200 if { status 101 }");
}

#[test]
fn redirects_say_where_they_lead() {
    let check = |rule: &str, location: &str| {
        let case = Case::new(&format!(
            "frontend web\n bind :80\n http-request redirect {rule}\n default_backend app\nbackend app\n server a 10.0.0.1:80\n"
        ));
        let outcome = outcome(&case.handshake(), None);
        assert_eq!(outcome.location.as_deref(), Some(location), "{rule}");
    };
    check("scheme https", "https://app.example/ws");
    check("prefix https://www.app.example code 301", "https://www.app.example/ws");
    check("location /elsewhere", "/elsewhere");
    check("location https://%[hdr(host)]/x", "https://app.example/x");
}

#[test]
fn facts_are_read_off_all_runs() {
    let check = |text: &str, name: &str, expected: Option<Value>| {
        assert_eq!(Case::new(text).fact(name), expected, "{text}");
    };
    let split = "frontend web\n bind :80\n use_backend plain if { rand(100) lt 10 }\n default_backend ws\n\
                 backend plain\n http-request del-header Upgrade\n server p 10.0.0.2:80\n\
                 backend ws\n server a 10.0.0.1:80\n";
    check(split, "handshake", Some(Value::Choice("sometimes")));
    check(split, "depends-on", Some(Value::Text("`rand(100) lt 10`".to_owned())));
    let chained = "frontend web\n bind :80\n default_backend ws\nbackend ws\n server s 127.0.0.1:81\n\
                   frontend inner\n bind 127.0.0.1:81\n default_backend app\nbackend app\n timeout tunnel 20s\n server a 10.0.0.1:80\n";
    check(chained, "idle-timeout", Some(Value::Duration(20_000)));
    check(chained, "hops", Some(Value::Number(2)));
    check(chained, "cuts-first", Some(Value::Flag(false)));
    check(chained, "chained", Some(Value::Flag(true)));
    let kernels = "frontend web\n bind :80\n use_backend lab if { path_reg ^/user/[^/]+/api/kernels/ }\n default_backend web\n\
                   backend lab\n server l 10.0.0.1:80\nbackend web\n server w 10.0.0.2:80\n";
    check(kernels, "path", Some(Value::Text("/user/x/api/kernels/".to_owned())));
    check(kernels, "framework", Some(Value::Choice("jupyterhub")));
    check(kernels, "handshake", Some(Value::Choice("succeeds")));
}

#[test]
fn of_backends_alike_one_stands_for_all_where_the_name_is_computed() {
    let mut text =
        "frontend web\n bind :80\n use_backend %[req.hdr(host),map(/etc/apps.map)]\n default_backend none\n\
                    backend none\n server n 10.0.0.1:80\n"
            .to_owned();
    for number in 2..200 {
        text.push_str(&format!("backend app{number}\n server s{number} 10.0.0.{number}:80\n"));
    }
    text.push_str("backend other\n http-request del-header Upgrade\n server o 10.0.1.1:80\n");
    let runs = Case::new(&text).handshake();
    assert!(runs.complete);
    let written = "%[req.hdr(host),map(/etc/apps.map)]";
    assert_eq!(runs.asked, [format!("{written} = none"), format!("{written} = other")]);
    let backends: Vec<_> = runs.results.iter().map(|run| run.last().backend.clone()).collect();
    let named = |name: &str| Known::Known(Some(name.to_owned()));
    assert_eq!(backends, [named("none"), named("other"), Known::Unknown]);
}
