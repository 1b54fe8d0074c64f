//! The page of a rule, whole, as `wslint explain` prints it.

const RULE: &str = r#"id: nginx/chat-cut
title: A silent chat is cut
severity: warning
at: idle-timeout
when:
  idle-timeout: {at-most: 60s}
adjust:
  - when: {framework: socket.io}
    severity: info
message: "`{route}` cuts a silent connection after {idle-timeout}"
help: |
  add
  `proxy_read_timeout 1h;`
why: |
  The limit counts *silence*.

  Either side re-arms it.
references: [https://nginx.org/en/docs/http/websocket.html]
examples:
  - about: A chat behind the default.
    nginx-version: 1.22.1
    websocket: [/chat]
    bad: |
      location /chat {
          proxy_pass http://app:3000;  # <- here
      }
    good: |
      location /chat {
          proxy_pass http://app:3000;
          proxy_read_timeout 1h;
      }
    proof:
      path: /chat
      hold: 65s
      browser: firefox
  - good: |
      location / {
          return 204;
      }
    proof:
      unprovable: "there is nothing behind it"
  - good: |
      location /api {
          proxy_pass http://app:3000;
      }
    proof: {client: http, method: POST, path: /api, clients: 3}
"#;

#[test]
fn a_page_tells_all_that_the_rule_says() {
    let rules = wslint_rules::load(&[("rules/nginx/chat-cut.yaml".to_owned(), RULE.to_owned())])
        .unwrap_or_else(|errors| panic!("{errors:#?}"));
    let pages: Vec<_> = rules.iter().map(|rule| wslint_rules::page::page(&rules, rule)).collect();
    insta::assert_snapshot!(format!("{}\n{}", pages.concat(), wslint_rules::page::index(&rules)));
}
