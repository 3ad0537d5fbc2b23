//! Key sequences as a tree: a leaf is a command, a branch is a prefix.

use crate::tui::command::Def;
use crate::tui::terminal::key::KeyPress;

/// A node.
#[derive(Clone, Debug)]
pub enum Trie {
    /// A command.
    Leaf(&'static Def),
    /// What may follow, in the order it was bound.
    Branch(Vec<(KeyPress, Trie)>),
}

impl Default for Trie {
    fn default() -> Self {
        Trie::Branch(Vec::new())
    }
}

impl Trie {
    /// The node these keys lead to.
    pub fn at(&self, keys: &[KeyPress]) -> Option<&Trie> {
        let Some((first, rest)) = keys.split_first() else { return Some(self) };
        let Trie::Branch(children) = self else { return None };
        children.iter().find(|(key, _)| key == first)?.1.at(rest)
    }

    /// Binds keys. A command on the way there gives way, and what was bound below them does too.
    pub fn bind(&mut self, keys: &[KeyPress], command: &'static Def) {
        let Some((first, rest)) = keys.split_first() else {
            *self = Trie::Leaf(command);
            return;
        };
        if matches!(self, Trie::Leaf(_)) {
            *self = Trie::default();
        }
        let Trie::Branch(children) = self else { return };
        let known = children.iter().position(|(key, _)| key == first);
        let index = known.unwrap_or_else(|| {
            children.push((*first, Trie::default()));
            children.len() - 1
        });
        if let Some((_, child)) = children.get_mut(index) {
            child.bind(rest, command);
        }
    }

    /// The nodes below.
    pub fn children(&self) -> impl Iterator<Item = (KeyPress, &Trie)> {
        let children = match self {
            Trie::Leaf(_) => &[],
            Trie::Branch(children) => children.as_slice(),
        };
        children.iter().map(|(key, node)| (*key, node))
    }

    /// Every command below, with its keys.
    pub fn walk(&self, keys: &mut Vec<KeyPress>, visit: &mut impl FnMut(&[KeyPress], &'static Def)) {
        match self {
            Trie::Leaf(command) => visit(keys, command),
            Trie::Branch(children) => {
                for (key, node) in children {
                    keys.push(*key);
                    node.walk(keys, visit);
                    keys.pop();
                }
            }
        }
    }
}
