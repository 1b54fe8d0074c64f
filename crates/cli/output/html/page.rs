//! The page around the parts, and texts in it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::escape::escape;

/// How it looks: on screens from 380 pixels on, light and dark, and on paper.
const STYLE: &str = include_str!("style.css");

/// What a browser may do with it: use the style, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// A whole page.
pub(crate) fn page(title: &str, lead: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="generator" content={ "wslint " (env!("CARGO_PKG_VERSION")) };
                title { (shown(title)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { h1 { (shown(title)) } p.lead { (prose(lead)) } }
                main { (body) }
                footer { p { "Written by wslint " (env!("CARGO_PKG_VERSION")) "." } }
            }
        }
    };
    page.into_string()
}

/// Text as it is, without what a browser or a terminal would obey.
pub(super) fn shown(text: &str) -> String {
    escape(text).into_owned()
}

/// What stands in a configuration.
pub(crate) fn code_of(text: &str) -> Markup {
    html! { code { (shown(text)) } }
}

/// A clause, in which backticks stand around what configurations say.
pub(crate) fn prose(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    // Of an odd one out nobody knows what it opens.
    let marked = !parts.len().is_multiple_of(2);
    html! {
        @if marked {
            @for (number, part) in parts.iter().enumerate() {
                @if number % 2 == 1 { (code_of(part)) } @else { (shown(part)) }
            }
        } @else { (shown(text)) }
    }
}

#[cfg(test)]
mod tests {
    use maud::html;

    use super::{page, prose, shown};

    #[test]
    fn nothing_of_a_text_is_a_mark() {
        let hostile = "</title><script>alert(1)</script>`<img src=x onerror=alert(2)>`\u{202e}";
        let text = page(hostile, hostile, &html! { p title=(shown(hostile)) { (prose(hostile)) } });
        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains('\u{202e}'), "{text}");
        assert!(text.contains("&lt;script&gt;") && text.contains("default-src 'none'"), "{text}");
        assert_eq!(prose("a `b` c").into_string(), "a <code>b</code> c");
        assert_eq!(prose("a ` b").into_string(), "a ` b");
    }
}
