//! What services of compose files take over from those of other files: `extends: {file: common.yml, service: base}`.

use std::path::PathBuf;

use crate::link::{Says, Source, normal};
use crate::unit::{Build, Unit};
use crate::word::Word;

/// Services that take over from one another, more than this in a row, are made up.
const DEEPEST: usize = 8;

/// Completes the services that say which service of another file they begin with. One that is not at hand leaves them
/// incomplete.
pub fn complete(sources: &mut [Source]) {
    for _ in 0..DEEPEST {
        let found: Vec<(usize, usize, Unit)> = open(sources).collect();
        if found.is_empty() {
            return;
        }
        for (at, number, unit) in found {
            if let Says::Compose(compose) = &mut sources[at].says {
                compose.services[number] = unit;
            }
        }
    }
}

/// The services whose base is known by now, completed, each with the numbers of its source and of its place there.
fn open(sources: &[Source]) -> impl Iterator<Item = (usize, usize, Unit)> {
    let units = sources.iter().enumerate().flat_map(|(at, source)| {
        let Says::Compose(compose) = &source.says else { return Vec::new() };
        compose.services.iter().enumerate().map(|(number, unit)| (at, number, unit)).collect()
    });
    units.filter_map(|(at, number, unit)| {
        let (file, service) = unit.extends.as_ref()?;
        let folder = sources[at].path.parent()?;
        let path = normal(&folder.join(&file.text));
        let (base_source, base) = sources.iter().filter(|source| source.path == path).find_map(|source| {
            let Says::Compose(compose) = &source.says else { return None };
            let base = compose.services.iter().find(|base| base.name.text == service.text)?;
            Some((source, base))
        })?;
        let complete = base.extends.is_none().then(|| completed(unit, base, base_source, file))?;
        Some((at, number, complete))
    })
}

/// A service with what it takes over, which stands at the words that name the other file.
fn completed(unit: &Unit, base: &Unit, base_source: &Source, file: &Word) -> Unit {
    let here = |word: &Word| Word::new(word.text.clone(), file.span);
    let all = |own: &[Word], other: &[Word]| match own.is_empty() {
        true => other.iter().map(here).collect(),
        false => own.to_vec(),
    };
    let build = |build: &Build| {
        let folder =
            base_source.path.parent().map_or_else(PathBuf::new, |folder| folder.join(&build.context.text));
        Build {
            context: Word::new(normal(&folder).to_string_lossy(), file.span),
            dockerfile: build.dockerfile.as_ref().map(here),
            target: build.target.as_ref().map(here),
        }
    };
    let mut unit = unit.clone();
    unit.extends = None;
    unit.incomplete = base.incomplete;
    unit.names.extend(base.names.iter().skip(1).map(here));
    if unit.build.is_none() && unit.image.is_none() {
        unit.build = base.build.as_ref().map(build);
    }
    unit.image = unit.image.or_else(|| base.image.as_ref().map(here));
    unit.entrypoint = all(&unit.entrypoint, &base.entrypoint);
    unit.command = all(&unit.command, &base.command);
    unit.published.extend(&base.published);
    unit.on_machine |= base.on_machine;
    unit
}

#[cfg(test)]
mod tests {
    use super::complete;
    use crate::compose;
    use crate::link::{Says, Source};
    use crate::unit::Unit;

    #[test]
    fn services_take_over_what_they_do_not_say() {
        let source = |path: &str, text: &str| Source {
            path: path.into(),
            says: Says::Compose(compose::read(text.as_bytes())),
        };
        let text = "services: {app: {extends: {file: sub/base.yml, service: web}, command: daphne x}, \
                    round: {extends: {file: compose.yml, service: round}}, \
                    lost: {extends: {file: no.yml, service: a}, image: b}}";
        let mut sources = [
            source("/r/compose.yml", text),
            source(
                "/r/sub/base.yml",
                "services: {web: {extends: {file: ../c.yml, service: c}, build: ./app}}",
            ),
            source(
                "/r/c.yml",
                "services: {c: {command: [run], entrypoint: [e], ports: ['80:81'], hostname: h}}",
            ),
        ];
        complete(&mut sources);
        let Says::Compose(compose) = &sources[0].says else { panic!("it is a compose file") };
        let [app, round, lost] = &compose.services[..] else { panic!("{compose:?}") };
        let context = |unit: &Unit| unit.build.as_ref().map(|build| build.context.text.clone());
        assert_eq!(context(app).as_deref(), Some("/r/sub/app"));
        assert_eq!((app.command[0].text.as_str(), app.entrypoint[0].text.as_str()), ("daphne", "e"));
        assert_eq!((app.published[0].outside, app.names[1].text.as_str()), (80, "h"));
        assert!(!app.incomplete && round.incomplete && lost.incomplete && lost.image.is_some());
        let build = app.build.as_ref().expect("it is built");
        assert_eq!(&text[build.context.span.range()], "sub/base.yml");
    }
}
