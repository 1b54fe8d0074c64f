//! Choices, and lines with slots that are filled by them.

/// The slots of a language: for each name the texts that may stand in its place, which may hold slots themselves.
pub(super) type Slots = [(&'static str, &'static [&'static str])];

/// Slots within slots are filled up to this depth; what lies deeper stays as it is.
const DEEPEST: usize = 6;

/// Bytes that decide, one for each decision. When they are used up, every decision falls on the first alternative.
#[derive(Debug)]
pub struct Choices<'b>(&'b [u8]);

impl<'b> Choices<'b> {
    /// Decides by these bytes.
    pub fn new(bytes: &'b [u8]) -> Self {
        Self(bytes)
    }

    /// The next byte, if there is one left.
    pub fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// One of these, which are at most 256 and at least one.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::from(self.byte().unwrap_or(0)) % from.len()]
    }

    /// Up to so many of the bytes that are left, as choices of their own.
    pub fn part(&mut self, length: usize) -> Choices<'b> {
        let (part, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        Choices(part)
    }

    /// Picks a line and writes it, each `<slot>` of which becomes one of its texts. Returns the line.
    pub(super) fn write(&mut self, lines: &[&'static str], slots: &Slots, out: &mut String) -> &'static str {
        let line = self.pick(lines);
        self.fill(line, slots, out, 0);
        line
    }

    fn fill(&mut self, line: &str, slots: &Slots, out: &mut String, depth: usize) {
        let mut rest = line;
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let slot = rest[1..].split_once('>').and_then(|(name, behind)| {
                slots.iter().find(|(slot, _)| *slot == name).map(|(_, texts)| (texts, behind))
            });
            match slot {
                Some((texts, behind)) if depth < DEEPEST => {
                    let text = self.pick(texts);
                    self.fill(text, slots, out, depth + 1);
                    rest = behind;
                }
                _ => {
                    out.push('<');
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(rest);
    }
}

/// Pieces that belong to no line: what ends things too early, begins what does not end, or is of a template.
pub(super) const ODD: &[&str] = &[
    "}",
    "{",
    ";",
    "\"",
    "'",
    "\\",
    "\\\n",
    "$",
    "${",
    "${A",
    "#",
    "\r",
    "\t",
    "\0",
    "\u{feff}",
    "é",
    "\u{1b}[2J",
    "\u{202e}",
    "{{ x }}",
    "{{",
    "{% if a %}\n",
    "{% else %}\n",
    "{% endif %}\n",
    "{# x #}",
    "<% if a %>",
    "<% end %>",
    "<%= x %>",
    "%{ if a }",
    "${A}",
    "__A__",
    "%abc%",
    "x_by_lua_block {",
    "]]",
    "--[[",
    ".if ",
    ".else\n",
    ".endif\n",
    "\"${A[*]}\"",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
];
