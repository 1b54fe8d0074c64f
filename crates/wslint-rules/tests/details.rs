//! What is left out where no rule asks for details: these and nothing else.

use std::collections::BTreeSet;

use wslint_model::way::Network;
use wslint_model::{Project, Proxy, Root, Route, Settings, Wanted, questions};
use wslint_rules::trial::project;

/// The answers of all routes, each as the number of its route, the name of the question and the value.
fn answers(project: &Project, settings: &Settings, details: bool) -> BTreeSet<(usize, &'static str, String)> {
    let addresses = std::collections::BTreeMap::new();
    let wanted = Wanted { details, ..Wanted::ALL };
    let mut routes: Vec<Route> = Vec::new();
    match &project.roots[0] {
        Root::Nginx(root) => {
            let model = wslint_nginx::Nginx::new(project, root, settings);
            let network = Network::new(vec![&model], &addresses);
            model.each_route_of(&network, 0, &wanted, &mut |route| routes.push(route));
        }
        Root::Haproxy(root) => {
            let model = wslint_haproxy::Haproxy::new(project, root, settings);
            let network = Network::new(vec![&model], &addresses);
            model.each_route_of(&network, 0, &wanted, &mut |route| routes.push(route));
        }
    }
    let all = routes.iter().enumerate().flat_map(|(number, route)| {
        route.facts.iter().map(move |(question, fact)| (number, question.name, format!("{:?}", fact.value)))
    });
    all.collect()
}

#[test]
fn details_are_left_out_and_nothing_else() {
    let nginx = "events { } http { upstream app { server 127.0.0.1:1 weight=2 max_fails=3; server 127.0.0.1:2; }
        server { listen 80; location /ws { proxy_pass http://app; proxy_http_version 1.1; proxy_set_header X-Of-Proxy a;
        proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; } } }\n";
    let haproxy = "defaults\n mode http\nfrontend web\n bind :80\n http-request set-header X-Of-Proxy a\n default_backend ws\n\
        backend ws\n option httpchk\n server a 127.0.0.1:1 weight 2 check\n server b 127.0.0.1:2 check\n";
    let settings = Settings::default();
    for (proxy, text) in [(Proxy::Nginx, nginx), (Proxy::Haproxy, haproxy)] {
        let (project, errors) = project(proxy, text.as_bytes(), &settings);
        assert!(errors.is_empty(), "{errors:?}");
        let (all, fewer) = (answers(&project, &settings, true), answers(&project, &settings, false));
        assert!(fewer.is_subset(&all), "{proxy:?}");
        let left_out: BTreeSet<&str> = all.difference(&fewer).map(|(_, question, _)| *question).collect();
        assert_eq!(left_out, questions::DETAILS.map(|question| question.name).into(), "{proxy:?}");
    }
}
