//! Did-you-mean.

/// The candidate that a mistyped word most likely stands for, if any is near.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let scored = candidates.into_iter().map(|candidate| (strsim::jaro_winkler(word, candidate), candidate));
    scored
        .filter(|(score, _)| *score > 0.8)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, word)| word)
}

/// The message for a word that is not known: what it was meant for, the word as it stands, and what is near.
pub(crate) fn unknown<'c>(
    what: &str,
    shown: &str,
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> String {
    match nearest(word, candidates) {
        Some(near) => format!("unknown {what} `{shown}`; did you mean `{near}`?"),
        None => format!("unknown {what} `{shown}`"),
    }
}
