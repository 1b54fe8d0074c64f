//! HAProxy: the effective config, the routes through it, and the way of one request.

use crate::edit::Recipe;
use crate::question::Question;

/// The questions that only HAProxy routes answer.
pub static QUESTIONS: &[&Question] = &[];

/// The ways to mend a HAProxy route.
pub static RECIPES: &[Recipe] = &[];
