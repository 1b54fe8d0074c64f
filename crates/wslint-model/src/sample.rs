//! Paths that a regular expression matches: requests that stand for what it routes.

/// Alternatives of an expression that are tried.
const MAX_SAMPLES: usize = 8;

/// Longer paths are not written out, in bytes: repetitions of repetitions would come to any length.
const LONGEST_SAMPLE: usize = 1024;

/// Paths that match an expression, each begun with another of its alternatives. Only simple expressions have any.
/// `matches` says whether the expression matches a path, by the rules of whoever reads it.
pub fn of_expression(expression: &str, matches: impl Fn(&str) -> bool) -> Vec<String> {
    let mut reader = Reader { rest: expression.chars().collect(), at: 0, budget: 256 };
    let mut samples = reader.alternatives();
    samples.truncate(MAX_SAMPLES * MAX_SAMPLES);
    for sample in &mut samples {
        if !sample.starts_with('/') {
            sample.insert(0, '/');
        }
        // A proxy that merges slashes would see another path.
        *sample = sample.replace("//", "/x/");
    }
    samples.dedup();
    samples.retain(|sample| matches(sample));
    samples.truncate(MAX_SAMPLES);
    samples
}

/// Writes out an expression with the smallest choice for everything but alternatives.
struct Reader {
    rest: Vec<char>,
    at: usize,
    /// Groups that may still be opened, so that hostile nesting ends.
    budget: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    /// Alternatives up to a closing parenthesis or the end.
    fn alternatives(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        loop {
            all.extend(self.sequence());
            all.truncate(MAX_SAMPLES * MAX_SAMPLES);
            if self.peek() != Some('|') {
                return all;
            }
            self.at += 1;
        }
    }

    fn sequence(&mut self) -> Vec<String> {
        let mut done = vec![String::new()];
        while let Some(next) = self.peek() {
            if matches!(next, '|' | ')') {
                break;
            }
            self.at += 1;
            let mut atom = match next {
                '^' | '$' => vec![String::new()],
                '.' => vec![self.any()],
                '(' => self.group(),
                '[' => vec![self.class()],
                '\\' => vec![self.escape()],
                plain => vec![plain.to_string()],
            };
            self.quantifier(&mut atom);
            done = done
                .iter()
                .flat_map(|before| atom.iter().map(move |after| (before, after)))
                .filter(|(before, after)| before.len() + after.len() <= LONGEST_SAMPLE)
                .map(|(before, after)| format!("{before}{after}"))
                .take(MAX_SAMPLES * MAX_SAMPLES)
                .collect();
        }
        done
    }

    /// Any character: between letters whoever writes `socket.io` means the dot.
    fn any(&self) -> String {
        let is_letter = |at: Option<usize>| {
            at.and_then(|at| self.rest.get(at)).is_some_and(|next| next.is_ascii_alphanumeric())
        };
        let among_letters = is_letter(self.at.checked_sub(2)) && is_letter(Some(self.at));
        if among_letters { ".".to_owned() } else { "x".to_owned() }
    }

    fn group(&mut self) -> Vec<String> {
        if self.peek() == Some('?') {
            self.at += 1;
            match self.peek() {
                Some('<' | 'P' | '\'') => {
                    let open = self.rest[self.at..].iter().position(|&c| matches!(c, '<' | '\''));
                    self.at += open.map_or(0, |open| open + 1);
                    let end = self.rest[self.at..].iter().position(|&c| matches!(c, '>' | '\''));
                    self.at += end.map_or(0, |end| end + 1);
                }
                Some(_) => self.at += 1,
                None => {}
            }
        }
        self.budget = self.budget.saturating_sub(1);
        if self.budget == 0 {
            self.at = self.rest.len();
            return vec![String::new()];
        }
        let inner = self.alternatives();
        self.at += usize::from(self.peek() == Some(')'));
        inner
    }

    fn class(&mut self) -> String {
        let negated = self.peek() == Some('^');
        self.at += usize::from(negated);
        let start = self.at;
        while let Some(next) = self.peek() {
            self.at += 1;
            match next {
                '\\' => self.at += 1,
                ']' if self.at > start + 1 => break,
                _ => {}
            }
        }
        let first = self.rest.get(start).copied().unwrap_or('x');
        match first {
            _ if negated => "x".to_owned(),
            '\\' => match self.rest.get(start + 1) {
                Some('d') => "1".to_owned(),
                Some('w') => "x".to_owned(),
                Some(&escaped) => escaped.to_string(),
                None => "x".to_owned(),
            },
            first => first.to_string(),
        }
    }

    fn escape(&mut self) -> String {
        let escaped = self.peek();
        self.at += 1;
        match escaped {
            Some('d') => "1".to_owned(),
            Some('w') => "x".to_owned(),
            Some('b' | 'A' | 'z' | 'Z' | 'B') | None => String::new(),
            Some('s') => " ".to_owned(),
            Some('D' | 'W' | 'S') => "x".to_owned(),
            Some(plain) => plain.to_string(),
        }
    }

    fn quantifier(&mut self, atom: &mut Vec<String>) {
        match self.peek() {
            Some('*' | '?') => {
                self.at += 1;
                *atom = vec![String::new()];
            }
            Some('+') => self.at += 1,
            Some('{') => {
                let end = self.rest[self.at..].iter().position(|&c| c == '}');
                let text: String =
                    self.rest[self.at..].iter().skip(1).take_while(|c| c.is_ascii_digit()).collect();
                self.at += end.map_or(1, |end| end + 1);
                let count = text.parse().unwrap_or(1).min(64);
                atom.retain(|text| text.len() * count <= LONGEST_SAMPLE);
                for text in atom.iter_mut() {
                    *text = text.repeat(count);
                }
            }
            _ => return,
        }
        // A lazy or possessive mark changes nothing of what matches.
        if matches!(self.peek(), Some('?' | '+')) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::of_expression;

    #[test]
    fn simple_expressions_have_samples() {
        let check = |expression: &str, expected: &[&str]| {
            assert_eq!(of_expression(expression, |_| true), expected, "{expression}");
        };
        check("^/ws", &["/ws"]);
        check(r"^/socket\.io/", &["/socket.io/"]);
        check("^/(api|ws)/", &["/api/", "/ws/"]);
        check("^/app/(.*)$", &["/app/"]);
        check("^/cool/(.*)/ws$", &["/cool/x/ws"]);
        check(r"^/api/kernels/[^/]+/channels", &["/api/kernels/x/channels"]);
        check(r"\.io", &["/.io"]);
        check("^/socket.io/", &["/socket.io/"]);
        check("^/a/.+/ws.", &["/a/x/wsx"]);
        check("^/(?<room>[a-z]{2})/ws$", &["/aa/ws"]);
        check("^/((((a{64}){64}){64}){64}){64}/ws$", &[]);
        check("^/((a{64}){20}|ws)$", &["/ws"]);
    }

    #[test]
    fn what_does_not_match_after_all_is_no_sample() {
        assert_eq!(of_expression("^/(a|b)/", |path| path == "/b/"), ["/b/"]);
    }
}
