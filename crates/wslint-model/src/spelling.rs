//! Slips in names: which known one a word was meant to be.

/// The known name that is nearest to a word that is not known, at most two edits away: a letter that is wrong, missing
/// or too many, or two that are swapped. Short words have to be nearer, since any is two edits from another.
pub fn nearest<'n>(word: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = word.chars().count();
    let most = (length / 3).min(2);
    let near = known.into_iter().filter(|name| name.len().abs_diff(length) <= most);
    let scored = near.map(|name| (strsim::osa_distance(word, name), name));
    scored.filter(|&(edits, _)| edits <= most).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        let known = ["proxy_pass", "proxy_set_header", "default_backend", "if", "set", "bind"];
        let check = |word: &str, meant: Option<&str>| assert_eq!(nearest(word, known), meant, "{word}");
        check("proxy_passs", Some("proxy_pass"));
        check("proxi_pas", Some("proxy_pass"));
        check("porxy_pass", Some("proxy_pass"));
        check("dault_backend", Some("default_backend"));
        check("dult_backend", None);
        check("bnid", Some("bind"));
        check("of", None);
        check("sett", Some("set"));
        check("übel", None);
        check("", None);
    }
}
