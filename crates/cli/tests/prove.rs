//! The document of `wslint prove`, which its schema describes. What it says of whole trees is tested with the proxies, in
//! `live`.

use super::support::{LOST, Scratch};
use super::validators::validate;

#[test]
fn the_document_is_as_its_schema_says() {
    let lua = "server { listen 80; location /ws { content_by_lua_block { ngx.exit(200) } } }";
    let scratch = Scratch::new(&[("nginx.conf", LOST), ("lua/nginx.conf", lua)]);
    let proof = scratch.run(&["prove", "--quiet", "--fix", "--websocket", "/ws", "--format", "json", "."]);
    let reports = Scratch::new(&[("prove.json", &proof.stdout)]);
    assert!(proof.json()["after"]["files"].is_array(), "{}", proof.stdout);
    validate("prove", &[reports.path().join("prove.json")]);
}
