//! The account's product subscription: there is one, and it has to be
//! activated.

use super::Refusal;
use super::World;
use super::id::Id;

impl World {
    /// The subscription's id.
    pub(crate) fn subscription(&self) -> Id {
        self.borrowers[self.own].id.sibling(0x005b)
    }

    pub(crate) fn activate_subscription(&mut self) -> Result<(), Refusal> {
        if self.is_subscribed {
            let detail = "the subscription is ACTIVE already";
            return Err(Refusal::State(detail.to_owned()));
        }
        self.is_subscribed = true;
        Ok(())
    }
}
