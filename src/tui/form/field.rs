//! The fields of a form: the desk's own, and those the rulebook asks beyond them.

use serde::{Deserialize, Serialize};

use crate::domain::rulebook::{FieldId, FieldKind, Rulebook};

/// A field of a form. The desk's own stand in the order of the screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Field {
    /// 类型
    #[default]
    Kind,
    /// 主题
    Subject,
    /// 内容
    Detail,
    /// 诉求
    Demand,
    /// 姓名
    Name,
    /// 电话
    Phone,
    /// 地址
    Address,
    /// 部门
    Team,
    /// One of the rulebook's.
    Card(FieldId),
}

/// The desk's own fields, by their names in a kept draft and in commands.
const OWN: [(Field, &str, &str); 8] = [
    (Field::Kind, "Kind", "kind"),
    (Field::Subject, "Subject", "subject"),
    (Field::Detail, "Detail", "detail"),
    (Field::Demand, "Demand", "demand"),
    (Field::Name, "Name", "name"),
    (Field::Phone, "Phone", "phone"),
    (Field::Address, "Address", "address"),
    (Field::Team, "Team", "team"),
];

/// As a draft keeps it: the desk's own by their names, the rulebook's by theirs.
impl From<Field> for String {
    fn from(field: Field) -> String {
        let own = OWN.iter().find(|(own, ..)| *own == field);
        own.map_or_else(|| field.id().to_owned(), |(_, name, _)| (*name).to_owned())
    }
}

impl From<String> for Field {
    fn from(name: String) -> Field {
        let own = OWN.iter().find(|(_, own, _)| *own == name);
        own.map_or_else(|| Field::of(&name), |(field, ..)| field.clone())
    }
}

impl Field {
    /// The desk's own.
    pub const OWN: [Field; 8] = [
        Field::Kind,
        Field::Subject,
        Field::Detail,
        Field::Demand,
        Field::Name,
        Field::Phone,
        Field::Address,
        Field::Team,
    ];

    /// The field of this name in the domain.
    pub fn of(id: &str) -> Field {
        let own = OWN.iter().find(|(_, _, own)| *own == id);
        own.map_or_else(|| Field::Card(id.to_owned()), |(field, ..)| field.clone())
    }

    /// Its name in the domain.
    pub fn id(&self) -> &str {
        match self {
            Field::Card(id) => id,
            own => OWN.iter().find(|(field, ..)| field == own).map_or("", |(_, _, id)| id),
        }
    }

    /// How it is asked.
    pub fn ask<'a>(&self, rules: &'a Rulebook) -> Ask<'a> {
        let kind = match self {
            Field::Kind => return Ask::Kind,
            Field::Detail => return Ask::Long,
            Field::Card(id) => match super::sheet::ask(id) {
                Some(ask) => return ask,
                None => rules.fields.get(id).map(|rule| &rule.kind),
            },
            _ => None,
        };
        match kind {
            None | Some(FieldKind::Text | FieldKind::Phone | FieldKind::Reference) => Ask::Line,
            Some(FieldKind::Long) => Ask::Long,
            Some(FieldKind::Number { unit, .. }) => Ask::Number(unit),
            Some(FieldKind::Date) => Ask::Date,
            Some(FieldKind::Moment) => Ask::Moment,
            Some(FieldKind::Choice(_) | FieldKind::YesNo | FieldKind::Department) => Ask::Choice,
            Some(FieldKind::Person) => Ask::Person,
        }
    }
}

/// How a field is asked on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    /// The kind of request, chosen.
    Kind,
    /// One line is typed.
    Line,
    /// Several lines are typed.
    Long,
    /// A number is typed, with this unit.
    Number(&'a str),
    /// A day is typed, short.
    Date,
    /// A moment is typed, short.
    Moment,
    /// One of several is chosen.
    Choice,
    /// Somebody is chosen, or a name typed.
    Person,
}

impl Ask<'_> {
    /// A text with a caret in it.
    pub fn is_typed(self) -> bool {
        !matches!(self, Ask::Kind | Ask::Choice | Ask::Person)
    }
}
