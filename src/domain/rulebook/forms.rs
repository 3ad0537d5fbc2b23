//! Fields and the conditions that speak of them.

use serde::{Deserialize, Serialize};

use super::FieldId;

/// What may stand in a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    Long,
    /// A number with its bounds and unit (`kPa`, `min`, `yuan`); decimals allowed.
    Number {
        /// The least, as written.
        least: Option<i64>,
        /// The most.
        most: Option<i64>,
        /// Its unit, as shown.
        unit: String,
    },
    /// One of several.
    Choice(Vec<ChoiceRule>),
    /// `yes` or `no`.
    YesNo,
    /// A local date, `2026-11-22`.
    Date,
    /// A local moment, `2026-11-22 14:30`.
    Moment,
    /// A telephone number.
    Phone,
    /// A member of staff, by number, or a name.
    Person,
    /// A department of the rulebook, by its name there.
    Department,
    /// Where a file, a letter or a signature lies.
    Reference,
}

/// One of several to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceRule {
    /// How it is stored: `valid`.
    pub id: String,
    /// How it is shown, where the company has its own word; else the catalogue's `choice.FIELD.ID`.
    pub name: Option<String>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRule {
    /// How it is shown, where the company has its own word; else the catalogue's `field.ID`.
    pub name: Option<String>,
    /// What may stand in it.
    pub kind: FieldKind,
    /// Where the regulation asks for it.
    pub article: String,
}

/// A field in a form or on a stage's screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldUse {
    /// Which.
    pub field: FieldId,
    /// Whether it must be filled.
    pub need: Need,
}

/// Whether a field must be filled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Need {
    /// It may stay empty.
    Free,
    /// It must be filled.
    Always,
    /// It must be filled where this holds.
    When(Condition),
}

/// All of these hold. Empty: always.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition(pub Vec<Test>);

/// One thing about a ticket's fields. A field never filled is as good as empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// It holds one of these values. Written `field=a|b`.
    Is(FieldId, Vec<String>),
    /// It holds none of these values. Written `field!=a|b`.
    IsNot(FieldId, Vec<String>),
    /// It is filled. Written `field`.
    Filled(FieldId),
    /// It is empty. Written `!field`.
    Empty(FieldId),
}

impl Condition {
    /// Whether it holds, where `value` gives what stands in a field (empty for nothing).
    pub fn holds<'a>(&self, value: impl Fn(&str) -> &'a str) -> bool {
        self.0.iter().all(|test| match test {
            Test::Is(field, wanted) => wanted.iter().any(|wanted| value(field) == wanted),
            Test::IsNot(field, others) => !others.iter().any(|other| value(field) == other),
            Test::Filled(field) => !value(field).trim().is_empty(),
            Test::Empty(field) => value(field).trim().is_empty(),
        })
    }

    /// The fields it speaks of.
    pub fn fields(&self) -> impl Iterator<Item = &FieldId> {
        self.0.iter().map(|test| match test {
            Test::Is(field, _) | Test::IsNot(field, _) | Test::Filled(field) | Test::Empty(field) => field,
        })
    }
}

impl Need {
    /// Whether the field must be filled here.
    pub fn holds<'a>(&self, value: impl Fn(&str) -> &'a str) -> bool {
        match self {
            Need::Free => false,
            Need::Always => true,
            Need::When(condition) => condition.holds(value),
        }
    }
}
