//! The vocabularies a knob can have one value per member of.
//!
//! `knobs.csv` names them in its `per` column; the members themselves are declared once, in
//! [`overheard_model::ids`].

use overheard_model::ids::{
    AdKind, Age, App, Class, Geography, ItemType, Market, Route, Source, Surface, Vulnerability,
};

/// A type whose members can index a table knob: its order is the table's order.
pub trait Member: Copy + 'static {
    /// Which vocabulary this type is.
    const VOCABULARY: Vocabulary;

    /// The member's place in every table of this vocabulary.
    fn place(self) -> usize;
}

/// Ties each name of the `per` column to its type in the model.
macro_rules! vocabularies {
    ($($variant:ident = $text:literal is $ty:ident),+ $(,)?) => {
        /// A closed list of names that a knob can be tabulated by.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Vocabulary { $(#[doc = concat!("`", $text, "`")] $variant),+ }

        impl Vocabulary {
            /// Every vocabulary, in the order of their declaration.
            pub const ALL: &'static [Vocabulary] = &[$(Vocabulary::$variant),+];

            /// The name used in the `per` column of `knobs.csv`.
            pub const fn name(self) -> &'static str {
                match self { $(Vocabulary::$variant => $text),+ }
            }

            /// How many members it has: the length of its tables.
            pub const fn size(self) -> usize {
                match self { $(Vocabulary::$variant => $ty::COUNT),+ }
            }

            /// Stable names of the members, in table order.
            pub fn members(self) -> Vec<&'static str> {
                match self { $(Vocabulary::$variant => $ty::names()),+ }
            }
        }

        $(impl Member for $ty {
            const VOCABULARY: Vocabulary = Vocabulary::$variant;
            fn place(self) -> usize { self.index() }
        })+
    };
}

vocabularies! {
    Market = "market" is Market,
    Geography = "geography" is Geography,
    Age = "age" is Age,
    App = "app" is App,
    Surface = "surface" is Surface,
    Source = "source" is Source,
    Class = "class" is Class,
    Vulnerability = "vulnerability" is Vulnerability,
    Kind = "kind" is AdKind,
    Route = "route" is Route,
    Item = "item" is ItemType,
}

impl Vocabulary {
    /// The vocabulary of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|v| v.name() == name)
    }

    /// The place of the member called `name`.
    pub fn place_of(self, name: &str) -> Option<usize> {
        self.members().iter().position(|m| *m == name)
    }
}
