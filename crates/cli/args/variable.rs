//! Values of flags that come from variables of the environment.

use std::env;
use std::ffi::OsString;

use clap::Error;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue};

/// What is wrong with the command line, with the name of the variable that the bad value comes from if nobody typed the flag.
pub(crate) fn with_variable(mut told: Error, arguments: &[OsString]) -> Error {
    if let Some(name) = variable(&told, arguments) {
        let tip = StyledStr::from(format!("the value comes from the environment variable {name}"));
        told.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    told
}

/// The variable that holds the value which the error is about.
fn variable(told: &Error, arguments: &[OsString]) -> Option<String> {
    let Some(ContextValue::String(about)) = told.get(ContextKind::InvalidArg) else { return None };
    let flag = about.split([' ', '=', '[']).next()?;
    let typed = |argument: &OsString| {
        let argument = argument.to_string_lossy();
        argument.split_once('=').map_or(&*argument, |(name, _)| name) == flag
    };
    let name = format!("WSLINT_{}", flag.strip_prefix("--")?.replace('-', "_").to_uppercase());
    (!arguments.iter().any(typed) && env::var_os(&name).is_some()).then_some(name)
}
