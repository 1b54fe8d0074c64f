//! A table: a line that names the columns, and below it one line for each name, sorted.

use std::fmt::Display;
use std::fs;
use std::path::Path;

/// What is wrong with a table, one sentence for each place: `data/nginx/plus.txt:12: …`.
pub type Problems = Vec<String>;

/// The lines of one file.
#[derive(Debug)]
pub struct Table {
    columns: Vec<String>,
    rows: Vec<(usize, Vec<String>)>,
    file: String,
}

/// One line of a table.
#[derive(Clone, Copy, Debug)]
pub struct Row<'t> {
    table: &'t Table,
    line: usize,
    cells: &'t [String],
}

impl Table {
    /// Reads `folder/name`, whose columns must be these, in this order.
    ///
    /// # Errors
    /// Every line that does not fit, or that the file cannot be read.
    pub fn read(folder: &Path, name: &str, columns: &[&str]) -> Result<Self, Problems> {
        let path = folder.join(name);
        let proxy = folder.file_name().unwrap_or_default().to_string_lossy();
        let file = format!("data/{proxy}/{name}");
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&file, &text, columns),
            Err(error) => Err(vec![format!("{}: {error}", path.display())]),
        }
    }

    /// Reads the text of a file, which messages call `file`.
    ///
    /// # Errors
    /// Every line that does not fit.
    pub fn parse(file: &str, text: &str, columns: &[&str]) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
        let lines = text.lines().enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let mut lines = lines.map(|(at, line)| (at + 1, split(line)));
        let header = lines.next();
        if header.as_ref().is_none_or(|(_, cells)| cells != columns) {
            let line = header.map_or(1, |(line, _)| line);
            problems.push(format!("{file}:{line}: the columns are {}", columns.join(" | ")));
        }
        for (line, cells) in lines {
            let name = cells[0];
            let mut say = |words: String| problems.push(format!("{file}:{line}: {words}"));
            match rows.last() {
                _ if cells.len() > columns.len() => {
                    say(format!("{} cells for {} columns", cells.len(), columns.len()));
                }
                _ if name.is_empty() => say("a line begins with a name".to_owned()),
                Some((_, last)) if last[0].as_str() > name => {
                    say(format!("the lines are sorted: `{name}` comes before `{}`", last[0]));
                }
                _ => rows.push((line, cells.into_iter().map(str::to_owned).collect())),
            }
        }
        let columns = columns.iter().map(|&column| column.to_owned()).collect();
        if problems.is_empty() { Ok(Self { columns, rows, file: file.to_owned() }) } else { Err(problems) }
    }

    /// The lines, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, cells)| Row { table: self, line: *line, cells })
    }
}

impl<'t> Row<'t> {
    /// The name that the line is about.
    pub fn name(self) -> &'t str {
        &self.cells[0]
    }

    /// What stands in a column. Empty cells at the end of a line may be left out, and a column that the table does not
    /// have is empty.
    pub fn cell(self, column: &str) -> &'t str {
        let at = self.table.columns.iter().position(|name| name == column);
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// A message about the line, with its place.
    pub fn problem(self, words: impl Display) -> String {
        format!("{}:{}: `{}`: {words}", self.table.file, self.line, self.name())
    }
}

/// Cells are parted by a `|` that stands alone, so that a value such as `4k|8k` is one.
fn split(line: &str) -> Vec<&str> {
    let mut cells = Vec::new();
    let mut start = 0;
    for (at, _) in line.match_indices('|') {
        let blank = |side: Option<char>| side.is_none_or(|c| c == ' ');
        if blank(line[..at].chars().next_back()) && blank(line[at + 1..].chars().next()) {
            cells.push(line[start..at].trim());
            start = at + 1;
        }
    }
    cells.push(line[start..].trim());
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_split_at_bars_that_stand_alone() {
        let table =
            Table::parse("f", "# about\nname | default | life\na | 4k|8k\n\nb | | since 1.2\n", COLUMNS);
        let table = table.unwrap();
        let cells: Vec<_> = table
            .rows()
            .map(|row| (row.name(), row.cell("default"), row.cell("life"), row.cell("x")))
            .collect();
        assert_eq!(cells, [("a", "4k|8k", "", ""), ("b", "", "since 1.2", "")]);
    }

    const COLUMNS: &[&str] = &["name", "default", "life"];

    #[test]
    fn every_line_that_does_not_fit_is_told_with_its_place() {
        let wrong = |text: &str| Table::parse("data/x.txt", text, COLUMNS).unwrap_err();
        assert_eq!(wrong(""), ["data/x.txt:1: the columns are name | default | life"]);
        assert_eq!(wrong("# c\nname | life\n"), ["data/x.txt:2: the columns are name | default | life"]);
        let lines = "name | default | life\nb\na\nc | 1 | 2 | 3\n | 1\n";
        assert_eq!(
            wrong(lines),
            [
                "data/x.txt:3: the lines are sorted: `a` comes before `b`",
                "data/x.txt:4: 4 cells for 3 columns",
                "data/x.txt:5: a line begins with a name"
            ]
        );
    }
}
