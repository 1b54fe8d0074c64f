//! Traces: whatever the text, a request comes to an end, each step stands in the file, and the same request of the same
//! text goes the same way.

use wslint_model::way::{Run, Runs, outcome};
use wslint_model::{Browser, Proxy, Request, Scheme};

use crate::subject::{Model, Subject};

/// The way of several requests through a text: handshakes of both browsers, polls, over TLS, over HTTP/2, and one for
/// each of its routes.
///
/// # Panics
/// Where a step stands outside of the file, or the same request goes another way when it is followed again.
pub fn trace(proxy: Proxy, text: &[u8]) {
    let (subject, again) = (Subject::new(proxy, text), Subject::new(proxy, text));
    let (model, other) = (subject.model(), again.model());
    let refusal = model.refusal().and_then(|refusal| refusal.site);
    assert!(refusal.is_none_or(|site| subject.holds(site)), "{refusal:?}");
    for request in requests(&model) {
        let runs = model.follow(&request);
        let outcome = outcome(&runs, None);
        let hops = runs.results.iter().flat_map(|run| &run.hops);
        let steps = hops.clone().flat_map(|hop| hop.steps.iter().filter_map(|step| step.site));
        let routes = hops.flat_map(|hop| hop.routes.iter().copied().chain(hop.listener));
        for site in steps.chain(routes).chain(outcome.idle_timeout_site) {
            assert!(subject.holds(site), "{site:?} of {runs:?}");
        }
        let again = other.follow(&request);
        let told = |runs: &Runs<Run>| format!("{runs:?}");
        assert_eq!(told(&runs), told(&again), "the same request goes the same way: {request:?}");
    }
}

/// More routes than these of one text are much alike.
const MOST_ROUTES: usize = 8;

fn requests(model: &Model<'_>) -> Vec<Request> {
    let handshake = |host, port, target, browser| Request::handshake(Scheme::Ws, host, port, target, browser);
    let poll = "/socket.io/?EIO=4&transport=polling";
    let mut requests = vec![
        handshake("app.example.com", 80, "/ws", Browser::Chrome),
        handshake("127.0.0.1", 8080, "/a/b.php/%2e%2e/ws?token=a%zz", Browser::Firefox),
        Request::handshake(Scheme::Wss, "app.example.com", 443, "/socket.io/", Browser::Chrome),
        Request::plain(Scheme::Http, "app.example.com", 80, poll),
        Request::plain(Scheme::Https, "other", 443, "/"),
    ];
    let mut second = requests[2].clone();
    second.http = "2".to_owned();
    requests.push(second);
    let mut listening = requests[0].clone();
    listening.listen = Some("10.0.0.1:8443".to_owned());
    requests.push(listening);
    for route in model.routes().iter().take(MOST_ROUTES) {
        requests.push(handshake("app.example.com", 80, &route.path, Browser::Chrome));
    }
    requests
}
