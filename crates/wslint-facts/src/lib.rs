//! From syntax trees to routes with facts and causes.
