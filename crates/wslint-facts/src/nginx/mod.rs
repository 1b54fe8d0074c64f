//! nginx: the effective config, the routes through it, and the way of one request.

use crate::edit::Recipe;
use crate::question::Question;

/// The questions that only nginx routes answer.
pub static QUESTIONS: &[&Question] = &[];

/// The ways to mend an nginx route.
pub static RECIPES: &[Recipe] = &[];
