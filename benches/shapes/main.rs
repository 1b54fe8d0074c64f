//! How the cost of one kind of input grows with its size: linearly, whatever its shape.
//!
//! `cargo bench --bench shapes` prints a row for each shape: the instructions that wslint takes for 1,000 of what the shape
//! repeats, in millions and without those of none of it, and how many times more each doubling up to 8,000 takes. It ends
//! with 1 where a doubling takes more than 2.3 times. Needs valgrind, and takes an hour.
//!
//! `cargo bench --bench shapes -- [--seconds] [--from N] [--to N] [WORD…]` measures other sizes, the shapes with one of these
//! words in their names, and with `--seconds` the time of the processor in place of instructions: in minutes, without
//! valgrind, and only roughly.

#![allow(clippy::disallowed_methods, reason = "the benchmark makes its trees and starts the programs")]
#![allow(clippy::print_stdout, reason = "the table is what the benchmark is for")]

mod count;
mod haproxy;
mod nginx;
mod shape;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use self::count::Unit;
use self::shape::Shape;

/// How many times more instructions a doubling may take.
const MOST: f64 = 2.3;

/// Fewer instructions or microseconds than these are noise beside what a run takes anyway.
fn least(unit: Unit) -> u64 {
    match unit {
        Unit::Instructions => 2_000_000,
        Unit::Microseconds => 20_000,
    }
}

/// What to measure.
struct Wanted {
    unit: Unit,
    sizes: Vec<usize>,
    words: Vec<String>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let wanted = wanted(std::env::args().skip(1).filter(|arg| arg != "--bench"))?;
    print!(
        "{:<44} {:>10}",
        "shape",
        format!("{}, {}", if wanted.unit == Unit::Instructions { "M" } else { "ms" }, wanted.sizes[0])
    );
    wanted.sizes[1..].iter().for_each(|size| print!(" {size:>6}"));
    println!();
    let mut linear = true;
    for shape in nginx::shapes().into_iter().chain(haproxy::shapes()) {
        if wanted.words.is_empty() || wanted.words.iter().any(|word| shape.name.contains(word.as_str())) {
            linear &= row(&shape, &wanted).unwrap_or_else(|error| {
                println!(" {error}");
                false
            });
        }
    }
    Ok(if linear { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn wanted(mut args: impl Iterator<Item = String>) -> Result<Wanted, Box<dyn Error>> {
    let (mut from, mut to, mut words) = (1_000, 8_000, Vec::new());
    let mut unit = Unit::Instructions;
    while let Some(arg) = args.next() {
        let mut number =
            || args.next().ok_or("a size is missing")?.parse::<usize>().map_err(Box::<dyn Error>::from);
        match arg.as_str() {
            "--seconds" => unit = Unit::Microseconds,
            "--from" => from = number()?.max(1),
            "--to" => to = number()?,
            _ => words.push(arg),
        }
    }
    let sizes: Vec<usize> =
        std::iter::successors(Some(from), |size| Some(size * 2)).take_while(|size| *size <= to).collect();
    if sizes.len() < 2 {
        return Err("the largest size is not twice the smallest".into());
    }
    Ok(Wanted { unit, sizes, words })
}

/// Measures a shape and prints its row; whether each doubling is as cheap as it may be.
fn row(shape: &Shape, wanted: &Wanted) -> Result<bool, Box<dyn Error>> {
    let &Wanted { unit, ref sizes, .. } = wanted;
    let none = unit.of(shape, 0)?;
    let mut before = None;
    let mut linear = true;
    print!("{:<44}", shape.name);
    for &size in sizes {
        let cost = unit.of(shape, size)?.saturating_sub(none);
        match before {
            None => print!(" {:>10}", cost / if unit == Unit::Instructions { 1_000_000 } else { 1_000 }),
            Some(before) => {
                let ratio = cost as f64 / before as f64;
                linear &= ratio <= MOST || cost < least(unit);
                print!(" {ratio:>6.2}");
            }
        }
        std::io::stdout().flush()?;
        before = Some(cost.max(1));
    }
    println!("{}", if linear { "" } else { "  too much" });
    Ok(linear)
}
