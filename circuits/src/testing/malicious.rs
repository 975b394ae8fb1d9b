//! Statements with a witness that a dishonest prover made.

use glimpse_primitives::Fr;

use crate::{
    relation::Relation,
    system::{System, Tamper},
};

/// A statement, and what its prover puts in place of honest witness columns. Columns that are
/// computed later follow from the replaced ones, as they would for a capable cheat.
pub(crate) struct Forgery<R> {
    statement: R,
    tamper: Tamper,
}

impl<R: Relation> Forgery<R> {
    /// `tamper` sees each column's name and honest value, and gives the value to use.
    pub(crate) fn new(statement: R, tamper: impl Fn(&str, Fr) -> Fr + 'static) -> Self {
        Self {
            statement,
            tamper: Box::new(tamper),
        }
    }

    /// Replaces the columns of these names.
    pub(crate) fn replacing<const N: usize>(statement: R, columns: [(&str, Fr); N]) -> Self {
        let columns = columns.map(|(name, value)| (name.to_owned(), value));
        Self::new(statement, move |name, honest| {
            let replaced = columns.iter().find(|(column, _)| column == name);
            replaced.map_or(honest, |(_, value)| *value)
        })
    }

    /// Runs the relation with the replaced columns.
    pub(crate) fn synthesize(self) -> System {
        synthesize(&self.statement, Some(self.tamper))
    }

    /// The names of the constraints that notice.
    pub(crate) fn broken_rows(self) -> Vec<String> {
        names(&self.synthesize())
    }
}

/// The names of the constraints that an honest prover of this statement breaks: none if it is true.
pub(crate) fn broken_rows<R: Relation>(statement: &R) -> Vec<String> {
    names(&synthesize(statement, None))
}

/// One pass with all constraints named.
pub(crate) fn synthesize<R: Relation>(statement: &R, tamper: Option<Tamper>) -> System {
    let mut system = System::new(&statement.to_slots(), true);
    system.tamper = tamper;
    statement.constrain(&mut system);
    system
}

fn names(system: &System) -> Vec<String> {
    let broken = system.broken_rows();
    broken.into_iter().map(str::to_owned).collect()
}
