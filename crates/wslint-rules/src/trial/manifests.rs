//! What the rules say of the examples of manifests.

use wslint_model::{
    Content, File, FileId, HaproxyRoot, Host, NginxRoot, Project, Proxy, Root, Settings, Text,
};
use wslint_syntax::Span;

use super::project::{plain, with_routes};
use super::seen::{Seen, seen};
use crate::rules::Rules;

/// What all rules say about manifests, and about what controllers make of them; and what their readers complained about.
pub(super) fn lint(rules: &Rules, text: &[u8], settings: &Settings) -> (Vec<Seen>, Vec<String>) {
    let beside = File::new("example", Content::Beside(Text::new(text.to_vec())), false);
    let (objects, complaints) = wslint_kubernetes::objects::read(FileId(0), text);
    let mut complaints: Vec<String> = complaints.into_iter().map(|complaint| complaint.words).collect();
    let selection = wslint_kubernetes::select::Selection::new(&objects, &[]);
    let mut files = vec![beside];
    let mut roots = Vec::new();
    for generated in wslint_kubernetes::controllers::compile(&objects, &selection) {
        let proxy = generated.chosen.controller.proxy();
        let (mut made, errors) = plain(proxy, &generated.text.text, settings, true);
        complaints.extend(errors);
        let mut file = made.files.remove(0);
        file.host = Some(Host {
            file: FileId(0),
            name: generated.maker.name.to_owned(),
            opens: Span::new(0, 0),
            map: generated.text.map,
            writing: Err("it is generated"),
            slips: Vec::new(),
            generated: true,
            maker: Some(generated.maker),
        });
        let id = FileId(files.len() as u32);
        roots.push(match made.roots.remove(0) {
            Root::Nginx(root) => Root::Nginx(NginxRoot { main: id, ..root }),
            Root::Haproxy(root) => Root::Haproxy(HaproxyRoot { files: vec![id], ..root }),
        });
        files.push(file);
    }
    let mut project = Project { files, ..Project::default() };
    let mut check = rules.checking(settings, |_| true, usize::MAX);
    let mut routes = Vec::new();
    for root in roots {
        project.roots = vec![root];
        with_routes(&project, settings, |found, _| routes.extend(found.to_vec()));
    }
    routes.iter().enumerate().for_each(|(index, route)| check.route(index, route, |_| None));
    let objects = wslint_kubernetes::judge::judge(&objects, &selection, &settings.endpoints);
    objects.iter().for_each(|object| check.object(usize::MAX, object));
    let findings = check.findings().into_iter().map(|finding| seen(&project, finding));
    (findings.collect(), complaints)
}

/// What a controller makes of manifests, and the proxy that it makes it for; none where nothing reaches a proxy.
pub fn compiled(text: &[u8]) -> Option<(Proxy, Vec<u8>)> {
    let (objects, _) = wslint_kubernetes::objects::read(FileId(0), text);
    let selection = wslint_kubernetes::select::Selection::new(&objects, &[]);
    let generated = wslint_kubernetes::controllers::compile(&objects, &selection).into_iter().next()?;
    Some((generated.chosen.controller.proxy(), generated.text.text))
}
