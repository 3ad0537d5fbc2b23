//! The file as it is written. Unknown keys are refused, so that a typing error is not a silent default.

use serde::Deserialize;
use toml::Spanned;

use crate::domain::staff::Role;
use crate::text::Language;

/// A value and where it stands in the file.
pub type Value<T> = Option<Spanned<T>>;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    pub language: Value<Language>,
    pub theme: Value<String>,
    pub keymap: Value<String>,
    pub bell: Value<bool>,
    pub flash: Value<bool>,
    pub mouse: Value<bool>,
    pub ambiguous: Value<String>,
    pub borders: Value<String>,
    pub utc_offset: Value<String>,
    #[serde(default)]
    pub desk: RawDesk,
    pub pbx: Option<RawPbx>,
    #[serde(default)]
    pub recordings: RawRecordings,
    #[serde(default)]
    pub staff: Vec<Spanned<RawStaff>>,
}

/// `[desk]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawDesk {
    pub socket_group: Value<String>,
    pub rulebook: Value<String>,
    pub area_code: Value<String>,
}

/// `[recordings]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRecordings {
    pub play: Value<String>,
}

/// `[pbx]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPbx {
    pub kind: Value<String>,
    pub name: Value<String>,
    pub host: Value<String>,
    pub port: Value<u16>,
    pub username: Value<String>,
    pub secret: Value<String>,
    pub md5: Value<bool>,
    pub inbound_contexts: Value<Vec<String>>,
    pub dial_context: Value<String>,
    pub transfer_context: Value<String>,
    pub technology: Value<String>,
}

/// `[[staff]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawStaff {
    pub id: String,
    pub name: Option<String>,
    pub login: Option<String>,
    pub phone: Option<String>,
    pub role: Option<Role>,
    pub team: Option<String>,
    #[serde(default)]
    pub roles: Vec<String>,
}
