//! Annotations that do nothing, for reasons that hold for every controller.

use wslint_model::Route;

use super::subject::Subject;
use super::translate::{is_noticed, mean_the_same, translate};
use crate::annotations::{self, Level};
use crate::choices::Misfit;
use crate::controller::Controller;
use crate::objects::Annotation;
use crate::quoted;

/// Looks at every annotation of an object.
pub(super) fn judge(subject: &Subject<'_>, merged: &dyn Fn(&str) -> bool, routes: &mut Vec<Route>) {
    for annotation in &subject.meta.annotations {
        let controller = subject.controller;
        let (prefix, short) = (annotation.prefix(), annotation.short());
        let own = controller.prefixes().contains(&prefix);
        let other = Controller::of_prefix(prefix).filter(|other| *other != controller);
        let dead = prefix == "ingress.kubernetes.io" && !own;
        let exempt =
            annotations::known(controller, prefix, short).is_some_and(|known| known.name.contains('/'));
        if (other.is_some() || dead) && !exempt {
            routes.extend(foreign(subject, annotation, other));
        } else if own && annotations::known(controller, prefix, short).is_none() {
            routes.push(unknown(subject, annotation));
        } else if own && !merged(short) {
            routes.extend(misplaced(subject, annotation).or_else(|| value(subject, annotation)));
        }
    }
}

fn foreign(subject: &Subject<'_>, annotation: &Annotation, other: Option<Controller>) -> Option<Route> {
    let short = annotation.short();
    let title = subject.controller.title();
    let why = match other {
        Some(other) => format!("{} reads it, and {title} does not", other.title()),
        None => format!("{title} reads this prefix no more"),
    };
    // Manifests that are meant for several controllers say everything once for each.
    let prefixes = subject.controller.prefixes();
    let own = || subject.meta.annotations.iter().filter(|one| prefixes.contains(&one.prefix()));
    let said = own().any(|one| mean_the_same(one.short(), short));
    let settled = short == "websocket-services" && own().next().is_some();
    let instead = translate(subject.controller, short);
    let route = || subject.misfit(annotation, Misfit::Foreign, is_noticed(short), why, instead);
    (!said && !settled).then(route)
}

fn unknown(subject: &Subject<'_>, annotation: &Annotation) -> Route {
    let short = annotation.short();
    let why = format!("{} knows no annotation of this name", subject.controller.title());
    let names = annotations::table(subject.controller).iter().map(|known| known.name);
    let instead = annotations::instead(subject.controller, short).map(str::to_owned).or_else(|| {
        let near =
            names.map(|name| name.rsplit('/').next().unwrap_or(name)).find(|name| is_near(name, short))?;
        Some(format!("write `{near}`"))
    });
    let instead = instead.unwrap_or_else(|| "remove it".to_owned());
    subject.misfit(annotation, Misfit::Unknown, is_noticed(short), why, instead)
}

/// Whether two names differ by an `s`, a dash or a swapped word.
fn is_near(name: &str, short: &str) -> bool {
    let plain = |text: &str| text.trim_end_matches('s').replace(['-', '_'], "").to_ascii_lowercase();
    let words = |text: &str| {
        let mut words: Vec<String> =
            text.split(['-', '_']).map(|word| word.trim_end_matches('s').to_owned()).collect();
        words.sort();
        words
    };
    plain(name) == plain(short) || words(name) == words(short)
}

/// A key that is read from other objects only.
fn misplaced(subject: &Subject<'_>, annotation: &Annotation) -> Option<Route> {
    let known = annotations::known(subject.controller, annotation.prefix(), annotation.short())?;
    if known.levels.is_empty() || known.levels.contains(&Level::Ingress) {
        return None;
    }
    let of_service = known.levels.contains(&Level::Service);
    let place = if of_service { "a Service" } else { "the controller's ConfigMap" };
    let why = format!("{} reads it from {place} only", subject.controller.title());
    let instead = match of_service {
        true => "write it as an annotation of the Service".to_owned(),
        false => format!("write `{}` in the controller's ConfigMap", annotation.short()),
    };
    let matters = is_noticed(annotation.short());
    Some(subject.misfit(annotation, Misfit::WrongObject, matters, why, instead))
}

/// A value that the controller does not take, and that does not make it refuse the object.
fn value(subject: &Subject<'_>, annotation: &Annotation) -> Option<Route> {
    let known = annotations::known(subject.controller, annotation.prefix(), annotation.short())?;
    let value = annotation.value.text.as_str();
    let fault =
        known.fault(subject.controller, value).filter(|fault| !fault.rejects && !annotation.value.open)?;
    let why = format!(
        "{} is {}, and {} keeps its default",
        quoted::shown(value),
        fault.is,
        subject.controller.title()
    );
    let seconds = annotations::milliseconds(Controller::NginxIngress, value).map(|time| time / 1_000);
    let instead = match (subject.controller, seconds) {
        (Controller::IngressNginx, Some(seconds)) => format!("write `\"{seconds}\"`, which is in seconds"),
        (Controller::HaproxyIngress, Some(seconds)) if value.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("write `{seconds}s`, with a unit")
        }
        (Controller::Openshift, Some(seconds)) if seconds > 0 => format!("write `{seconds}s`"),
        _ => "write a value of the form that the controller reads".to_owned(),
    };
    Some(subject.misfit(annotation, Misfit::ValueIgnored, is_noticed(annotation.short()), why, instead))
}
