//! The questions that objects answer of what never reaches a configuration.

use wslint_model::Milliseconds;

use crate::choices;

wslint_model::questions! {
    [pub(crate)]
    MISFIT: choices::Misfit = "misfit",
        "Why does an annotation do nothing?";
    ANNOTATION: String = "annotation", "Which annotation is it, with its prefix?";
    ANNOTATION_VALUE: String = "annotation-value", "Which value does it have?";
    CONTROLLER: String = "controller", "Which controller reads the object?";
    MATTERS: bool = "matters",
        "Is the annotation about what a WebSocket notices, and does nothing else say the same?";
    INSTEAD: String = "instead", "What is to be written in its place?";
    WHY_NOT: String = "why-not", "Why does the controller not do what the annotation says?";
    REFUSAL: String = "refusal", "Why would the controller refuse the object?";
    REFUSAL_CERTAIN: bool = "refusal-certain",
        "Would every release and every setting of the controller refuse it?";
    BALANCER: choices::Balancer = "balancer", "What does a load balancer in front do to WebSockets?";
    BALANCER_IDLE: Milliseconds = "balancer-idle", "After which silence does that balancer cut?";
    AUTH_COPIES: bool = "auth-copies",
        "Does the service that is asked whether a request may pass get the headers of a handshake?";
    READER: choices::ReaderKnown = "reader", "Is it known which controller reads the object?";
}
