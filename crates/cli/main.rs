//! The command `wslint`: arguments, discovery, project loading, output formats, exit status.

fn main() {}
