//! The configurations of the products' pages are fine by every rule, with the product's endpoint declared; and rules ask
//! what a product does, not how it is called.

mod support;

use support::{report, rule_files, rules};
use wslint_model::traffic::Framework;
use wslint_model::{Endpoint, Proxy, Settings};
use wslint_rules::trial::lint;
use wslint_rules::{Severity, product};

#[test]
fn the_configurations_of_products_have_no_findings() {
    let rules = rules();
    let mut failures = Vec::new();
    let mut tried = 0;
    for one in Framework::all() {
        let Some(path) = product::sample_path(one) else { continue };
        let endpoint = Endpoint { framework: Some(one), ..Endpoint::at(path) };
        let settings = Settings { endpoints: vec![endpoint], ..Settings::default() };
        for (proxy, config) in [(Proxy::Nginx, product::nginx(one)), (Proxy::Haproxy, product::haproxy(one))]
        {
            let Some(config) = config else { continue };
            tried += 1;
            let (findings, errors) = lint(&rules, proxy, config.as_bytes(), &settings);
            let loud = findings.iter().filter(|finding| finding.severity > Severity::Info);
            let loud: Vec<_> = loud.map(|finding| finding.rule.clone()).collect();
            if !loud.is_empty() || !errors.is_empty() {
                failures.push(format!("{} for {}: {loud:?} {errors:?}", proxy.title(), one.name()));
            }
        }
    }
    assert!(tried > 200, "{tried} configurations");
    report(&failures);
}

/// What a product does may be known of some and only said of others; its name says neither. `speaks` names a protocol.
#[test]
fn no_rule_lists_products() {
    let names = |text: &str| {
        text.lines().take_while(|line| *line != "why: |").any(|line| line.contains("framework:"))
    };
    let listing = rule_files().into_iter().filter(|(_, text)| names(text)).map(|(path, _)| path);
    assert_eq!(listing.collect::<Vec<_>>(), Vec::<String>::new());
}
