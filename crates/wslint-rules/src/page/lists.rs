//! The lists: of all rules, and of the questions and recipes that a rule may name.

use wslint_model::{Entry, Kind, Proxy};

use super::line::line;
use crate::catalogue::Catalogue;
use crate::rule::Rule;
use crate::rules::Rules;
use crate::scope::Scope;

/// The page's place in docs/rules/: `nginx/upgrade-missing.md`.
pub fn path(rule: &Rule) -> String {
    format!("{}.md", rule.id)
}

/// The list of all rules, in markdown.
pub fn index(rules: &Rules) -> String {
    let mut out = String::from("# Rules\n");
    for scope in Scope::ALL {
        let name = scope.title();
        line(
            &mut out,
            format_args!("\n## {name}\n\n| rule | severity | fix | what is wrong |\n|---|---|---|---|"),
        );
        for rule in rules.iter().filter(|rule| rule.scope == scope) {
            let fix = rule.fix.map(|fix| fix.safety.to_string()).unwrap_or_default();
            line(
                &mut out,
                format_args!(
                    "| [{}]({}) | {} | {fix} | {} |",
                    rule.id,
                    path(rule),
                    rule.severity,
                    rule.title
                ),
            );
        }
    }
    out
}

/// The questions that rules may test and the recipes that they may name, in markdown.
pub fn questions() -> String {
    let mut out = String::from(
        "# What rules may ask\n\nEach route answers some of these questions, and each answer has its cause. \
        A rule tests answers (`when`, `unless`), points at the cause of one (`at`) and quotes them (`{question}`).\n",
    );
    asked(&mut out, "Both proxies", wslint_model::questions::QUESTIONS);
    for (proxy, own) in [(Proxy::Nginx, wslint_nginx::QUESTIONS), (Proxy::Haproxy, wslint_haproxy::QUESTIONS)]
    {
        asked(&mut out, proxy.title(), own);
        line(&mut out, format_args!("\n| recipe of `fix` | does |\n|---|---|"));
        for recipe in Catalogue::of(Scope::Proxy(proxy)).recipes {
            line(&mut out, format_args!("| `{}` | {} |", recipe.name, recipe.about));
        }
    }
    asked(&mut out, Scope::Kubernetes.title(), wslint_kubernetes::QUESTIONS);
    out
}

/// A list of questions, and what the words mean that may answer them.
fn asked(out: &mut String, title: &str, questions: &[&Entry]) {
    line(out, format_args!("\n## {title}\n\n| question | answer | asks |\n|---|---|---|"));
    for question in questions {
        let answer = match question.kind {
            Kind::Flag => "`true`, `false`".to_owned(),
            Kind::Choice(_) => "a word".to_owned(),
            Kind::Duration => "a time".to_owned(),
            Kind::Number => "a number".to_owned(),
            Kind::Text => "text".to_owned(),
        };
        line(out, format_args!("| `{}` | {answer} | {} |", question.name, question.about));
    }
    line(out, format_args!("\n| question | word | means |\n|---|---|---|"));
    for question in questions {
        let Kind::Choice(words) = question.kind else { continue };
        for word in words {
            line(out, format_args!("| `{}` | `{}` | {} |", question.name, word.word, word.means));
        }
    }
}
