//! What peers share with the run that they are part of.

use std::sync::Arc;

use crate::clock::Clock;
use crate::recorder::Recorder;
use crate::tls::Tls;

/// What a peer needs from its run.
#[derive(Clone)]
pub(crate) struct Context {
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) tls: Arc<Tls>,
    pub(crate) clock: Arc<Clock>,
}
