//! The form of a contract file: shapes only, each text with the place where it stands.

use std::fmt;

use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) contracts: Spanned<u32>,
    pub(super) statements: Vec<Entry>,
    #[serde(default)]
    pub(super) waivers: Vec<WaiverEntry>,
}

/// One statement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) id: Spanned<String>,
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) who: Who,
    pub(super) to: Option<Spanned<To>>,
    #[serde(default)]
    pub(super) under: Under,
    pub(super) when: Option<Spanned<String>>,
    pub(super) must: Option<Spanned<MustEntry>>,
    pub(super) never: Option<Spanned<String>>,
    pub(super) expect: Option<Spanned<String>>,
}

/// Whom it is about; what is left out may be anything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Who {
    pub(super) kind: Option<Spanned<Words>>,
    pub(super) identity_provider: Option<Spanned<Words>>,
    pub(super) home: Option<Spanned<Words>>,
    pub(super) user: Option<Spanned<Words>>,
    pub(super) group: Option<Spanned<Words>>,
    pub(super) role: Option<Spanned<Words>>,
    pub(super) first_factor: Option<Spanned<Words>>,
}

/// Under which conditions; what is left out may be anything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Under {
    pub(super) client_app_type: Option<Spanned<Words>>,
    pub(super) platform: Option<Spanned<Words>>,
    pub(super) location: Option<Spanned<Words>>,
    pub(super) sign_in_risk_level: Option<Spanned<Words>>,
    pub(super) user_risk_level: Option<Spanned<Words>>,
    pub(super) insider_risk_level: Option<Spanned<Words>>,
    pub(super) authentication_flow: Option<Spanned<Words>>,
}

/// A waiver.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WaiverEntry {
    pub(super) statement: Spanned<String>,
    pub(super) owner: Spanned<String>,
    pub(super) reason: Spanned<String>,
    pub(super) expires: Spanned<String>,
    #[serde(rename = "where")]
    pub(super) about: Option<Spanned<String>>,
}

/// One text, or a list of them.
#[derive(Debug)]
pub(super) enum Words {
    One(String),
    Several(Vec<Spanned<String>>),
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Text)
    }
}

/// Reads a text or a list of texts where it stands, so that places are kept.
struct Text;

impl<'de> Visitor<'de> for Text {
    type Value = Words;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("text or a list of texts")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Words, E> {
        Ok(Words::One(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Words, A::Error> {
        let mut words = Vec::new();
        while let Some(word) = list.next_element()? {
            words.push(word);
        }
        Ok(Words::Several(words))
    }
}

/// To what: applications, or a user action or an authentication context.
#[derive(Debug)]
pub(super) enum To {
    Applications(Words),
    Other(OtherTarget),
}

/// A target that is no application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct OtherTarget {
    pub(super) user_action: Option<Spanned<String>>,
    pub(super) authentication_context: Option<Spanned<String>>,
}

impl<'de> Deserialize<'de> for To {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Target;
        impl<'de> Visitor<'de> for Target {
            type Value = To;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an application, a list of them, or `userAction` or `authenticationContext`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<To, E> {
                Text.visit_str(text).map(To::Applications)
            }
            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<To, A::Error> {
                Text.visit_seq(list).map(To::Applications)
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<To, A::Error> {
                OtherTarget::deserialize(de::value::MapAccessDeserializer::new(map)).map(To::Other)
            }
        }
        deserializer.deserialize_any(Target)
    }
}

/// The claim.
#[derive(Debug)]
pub(super) enum MustEntry {
    Plain(String),
    Need(NeedEntry),
}

/// `need`, or `needOneOf`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NeedEntry {
    pub(super) need: Option<Spanned<String>>,
    pub(super) need_one_of: Option<Vec<Spanned<String>>>,
}

impl<'de> Deserialize<'de> for MustEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Claim;
        impl<'de> Visitor<'de> for Claim {
            type Value = MustEntry;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("`reach`, `beBlocked`, `need: …` or `needOneOf: […]`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<MustEntry, E> {
                Ok(MustEntry::Plain(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<MustEntry, A::Error> {
                NeedEntry::deserialize(de::value::MapAccessDeserializer::new(map)).map(MustEntry::Need)
            }
        }
        deserializer.deserialize_any(Claim)
    }
}
