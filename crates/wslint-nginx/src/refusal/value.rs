//! What nginx refuses of a value by the kind that the table of directives names.

use super::reason::{Refusal, RefusalKind};
use crate::config::{Line, time};
use crate::directives::{Spec, Value};
use crate::model::Model;
use wslint_model::Version;

/// The first version that speaks HTTP/2 to an upstream.
const HTTP2_UPSTREAM: Version = Version(1, 29, 4);

/// Why the value of a line would be refused.
pub(super) fn bad_value(model: &Model<'_>, line: Line, spec: &Spec) -> Option<Refusal> {
    let config = model.config();
    let value = match spec.value {
        Value::Any => return None,
        Value::EachOf(words) => {
            let all = (0..config.arg_count(line)).filter_map(|index| config.known_arg(line, index));
            let bad = all.into_iter().find(|value| !is_one_of(words, value))?;
            return refuse(line, RefusalKind::Value, format!("invalid value \"{bad}\""));
        }
        Value::Buffers => {
            let count =
                config.known_arg(line, 0).is_none_or(|count| number(&count).is_some_and(|count| count > 0));
            let size = config.known_arg(line, 1).is_none_or(|size| is_size(&size));
            let reason = || format!("\"{}\" directive invalid value", spec.name);
            return if count && size { None } else { refuse(line, RefusalKind::Value, reason()) };
        }
        _ => config.known_arg(line, 0)?,
    };
    let good = match spec.value {
        Value::Any | Value::EachOf(_) | Value::Buffers => true,
        Value::Flag => is_one_of(&["on", "off"], &value),
        Value::Milliseconds => time::milliseconds(&value).is_some(),
        Value::Seconds => !value.ends_with("ms") && time::milliseconds(&value).is_some(),
        Value::Size => is_size(&value),
        Value::Rate => value.contains('$') || is_size(&value),
        Value::Offset => time::bytes(&value).is_some(),
        Value::Number => number(&value).is_some(),
        Value::Positive => number(&value).is_some_and(|number| number > 0),
        Value::OneOf(words) => is_one_of(words, &value),
        Value::HttpVersion => match value.as_ref() {
            "1.0" | "1.1" => true,
            "2" if !model.settings().nginx_version_given || model.version() >= HTTP2_UPSTREAM => true,
            "2" => {
                let reason = format!("\"{} 2\" exists since nginx {HTTP2_UPSTREAM}", spec.name);
                return refuse(line, RefusalKind::OtherVersion, reason);
            }
            _ => false,
        },
    };
    let reason = || format!("\"{}\" directive has invalid value \"{value}\"", spec.name);
    if good { None } else { refuse(line, RefusalKind::Value, reason()) }
}

/// A number without a sign, as `ngx_atoi` reads it.
pub(super) fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// Whether it is a size that fits into memory, with `k` or `m`.
pub(super) fn is_size(text: &str) -> bool {
    !text.ends_with(['g', 'G']) && time::bytes(text).is_some()
}

fn is_one_of(words: &[&str], value: &str) -> bool {
    words.iter().any(|word| word.eq_ignore_ascii_case(value))
}

fn refuse(line: Line, kind: RefusalKind, reason: String) -> Option<Refusal> {
    Some(Refusal { kind, line, reason })
}
