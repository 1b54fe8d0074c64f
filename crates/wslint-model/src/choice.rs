//! Answers that are one of a few words.

/// A word that may answer a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, as rules, `wslint facts` and docs write it.
    pub word: &'static str,
    /// What it means, in one sentence.
    pub means: &'static str,
}

/// A closed set of words. [`crate::choices!`] defines one.
pub trait Choice: Copy + 'static {
    /// All words with what they mean.
    const WORDS: &'static [Word];

    /// The word of this choice.
    fn word(self) -> &'static str;

    /// The choice of a word.
    fn of_word(word: &str) -> Option<Self>;
}

/// Defines enums that are [`Choice`]s: each variant with its meaning as its doc comment, and its word.
#[macro_export]
macro_rules! choices {
    ($(
        $(#[$attribute:meta])*
        $vis:vis enum $name:ident {
            $($(#[doc = $means:literal])+ $variant:ident $word:literal,)+
        }
    )+) => {$(
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        $vis enum $name {
            $($(#[doc = $means])+ $variant,)+
        }

        impl $crate::Choice for $name {
            const WORDS: &'static [$crate::Word] =
                &[$($crate::Word { word: $word, means: concat!($($means),+).trim_ascii() }),+];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            fn of_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    )+};
}
