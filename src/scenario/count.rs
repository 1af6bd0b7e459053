//! How many scenarios sets hold, alone and together.
//!
//! For one person (kind, identity provider, home, device) the values of the other dimensions are independent, so a set is a product and
//! counting it is multiplying. Of several sets together each scenario counts once: dimension by dimension, the values are taken together
//! that leave the same sets possible, which is a decision diagram that is counted while it is walked.

use std::collections::BTreeMap;

use num_bigint::BigUint;

use super::cube::Cube;
use super::dimension::{Dimension, Key};
use super::space::Space;
use crate::logic::Var;

/// For each dimension that counts the values of a set.
type Product = Vec<Vec<u16>>;

impl Space {
    /// How many consistent scenarios some of the sets hold, over the dimensions `free`; with fewer dimensions `counted`, how many
    /// combinations of their values such scenarios have.
    pub fn count(&self, sets: &[Cube], free: &dyn Fn(Var) -> bool, counted: &dyn Fn(Var) -> bool) -> BigUint {
        let counts = |dimension: &&Dimension| free(dimension.var) && counted(dimension.var);
        let dimensions: Vec<&Dimension> = self.dimensions.iter().filter(counts).collect();
        let mut total = BigUint::ZERO;
        let mut together: Vec<Product> = Vec::new();
        // Where all that tells people apart counts, no scenario is one of two people.
        let apart =
            self.dimensions.iter().filter(|d| is_personal(&d.key)).all(|d| !free(d.var) || counted(d.var));
        self.each_person(free, &mut |person| {
            let own: Vec<Product> =
                sets.iter().filter_map(|set| self.product(set, person, free, &dimensions)).collect();
            if apart {
                total += united(own);
            } else {
                together.extend(own);
            }
        });
        total + united(together)
    }

    /// The values that scenarios of a set have if they are of a person; `None` where there are none.
    fn product(
        &self,
        set: &Cube,
        person: &[(Var, u16)],
        free: &dyn Fn(Var) -> bool,
        counted: &[&Dimension],
    ) -> Option<Product> {
        let name = |key: &Key| {
            let of = |(var, value): &(Var, u16)| {
                let dimension = self.dimension(*var).filter(|dimension| dimension.key == *key)?;
                dimension.values.get(usize::from(*value)).map(String::as_str)
            };
            person.iter().find_map(of).unwrap_or_default()
        };
        let (kind, home, device) = (name(&Key::Kind), name(&Key::HomeTenant), name(&Key::DeviceTrust));
        let allowed = |dimension: &Dimension| -> Vec<u16> {
            let own = person.iter().find(|(var, _)| *var == dimension.var).map(|(_, value)| *value);
            let all = (0..dimension.values.len()).filter_map(|value| u16::try_from(value).ok());
            let all =
                all.filter(|value| own.is_none_or(|own| own == *value) && set.allows(dimension.var, *value));
            let all = all.filter(|value| own.is_some() || self.fits_person(dimension, *value, kind, home));
            all.filter(|value| device != "none" || !dimension.key.is_of_device() || *value == 0).collect()
        };
        let possible = |dimension: &&Dimension| !free(dimension.var) || !allowed(dimension).is_empty();
        self.dimensions
            .iter()
            .all(|dimension| possible(&dimension))
            .then(|| counted.iter().map(|dimension| allowed(dimension)).collect())
    }

    /// Calls back with each consistent combination of kind, identity provider, home and device.
    fn each_person(&self, free: &dyn Fn(Var) -> bool, visit: &mut dyn FnMut(&[(Var, u16)])) {
        let values = |key: &Key| -> Vec<(Option<Var>, u16, &str)> {
            let Some(dimension) = self.var(key).and_then(|var| self.dimension(var)) else {
                return vec![(None, 0, "")];
            };
            let all =
                (0..).zip(&dimension.values).map(|(value, name)| (Some(dimension.var), value, name.as_str()));
            all.take(if free(dimension.var) { usize::MAX } else { 1 }).collect()
        };
        let devices = values(&Key::DeviceTrust);
        for kind in values(&Key::Kind) {
            for provider in values(&Key::IdentityProvider) {
                for home in values(&Key::HomeTenant) {
                    if self.person_fits(kind.2, provider.2, home.2) {
                        for device in &devices {
                            let person = [kind, provider, home, *device];
                            let person: Vec<(Var, u16)> =
                                person.iter().filter_map(|(var, value, _)| Some(((*var)?, *value))).collect();
                            visit(&person);
                        }
                    }
                }
            }
        }
    }
}

fn is_personal(key: &Key) -> bool {
    matches!(key, Key::Kind | Key::IdentityProvider | Key::HomeTenant | Key::DeviceTrust)
}

/// How many points lie in some of the products.
fn united(mut products: Vec<Product>) -> BigUint {
    products.sort_unstable();
    products.dedup();
    let Some(first) = products.first().cloned() else { return BigUint::ZERO };
    // A dimension on which all agree is a factor of its own.
    let agree = |at: usize, values: &Vec<u16>| products.iter().all(|product| product.get(at) == Some(values));
    let (alike, differing): (Vec<_>, Vec<_>) =
        first.iter().enumerate().partition(|(at, values)| agree(*at, values));
    let factor: BigUint = alike.iter().map(|(_, values)| BigUint::from(values.len())).product();
    let left = |product: &Product| differing.iter().filter_map(|(at, _)| product.get(*at).cloned()).collect();
    let products: Vec<Product> = products.iter().map(left).collect();
    factor * Union::of(&products).from(0, &Bits::first(products.len()))
}

/// A set of products, by their places.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Bits(Vec<u64>);

impl Bits {
    fn none(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    fn first(size: usize) -> Self {
        let mut bits = Self::none(size);
        (0..size).for_each(|at| bits.add(at));
        bits
    }

    fn add(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let own = (0..64).filter(move |bit| word >> bit & 1 == 1);
            own.map(move |bit| at * 64 + bit)
        })
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| one & other).collect())
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(one, other)| one & other != 0)
    }
}

struct Union {
    /// For each dimension and product how many values it has there.
    sizes: Vec<Vec<usize>>,
    /// For each dimension and value the products that have it.
    having: Vec<Vec<Bits>>,
    /// For each dimension and product the others that hold all of it from there on; of two that are equal the first holds the second.
    covering: Vec<Vec<Bits>>,
    /// The points from a dimension on that lie in some of these products.
    known: BTreeMap<(usize, Bits), BigUint>,
}

impl Union {
    fn of(products: &[Product]) -> Self {
        let depth = products.first().map_or(0, Vec::len);
        let size = products.len();
        let sizes = (0..depth).map(|at| products.iter().map(|one| one.get(at).map_or(0, Vec::len)).collect());
        let mut having = Vec::new();
        // Within one another from a dimension on: the last dimension first.
        let mut within = vec![Bits::first(size); size];
        let mut covering = Vec::new();
        for at in (0..depth).rev() {
            let values = || products.iter().filter_map(|product| product.get(at));
            let most = values().flatten().max().map_or(0, |most| usize::from(*most) + 1);
            let mut here = vec![Bits::none(size); most];
            for (product, own) in values().enumerate() {
                for value in own {
                    if let Some(below) = here.get_mut(usize::from(*value)) {
                        below.add(product);
                    }
                }
            }
            for (product, own) in values().enumerate() {
                let holding = own.iter().filter_map(|value| here.get(usize::from(*value)));
                if let Some(known) = within.get_mut(product) {
                    *known = holding.fold(known.clone(), |left, having| left.and(having));
                }
            }
            having.push(here);
            covering.push(covers(&within));
        }
        having.reverse();
        covering.reverse();
        Self { sizes: sizes.collect(), having, covering, known: BTreeMap::new() }
    }

    /// Without products that from here on lie in another one.
    fn largest(&self, at: usize, all: &Bits) -> Bits {
        let mut left = Bits::none(all.0.len() * 64);
        let covering = self.covering.get(at).map_or(&[][..], Vec::as_slice);
        let stays = |one: &usize| covering.get(*one).is_none_or(|covering| !covering.meets(all));
        all.iter().filter(stays).for_each(|one| left.add(one));
        left
    }

    fn from(&mut self, at: usize, all: &Bits) -> BigUint {
        if at == self.sizes.len() {
            return BigUint::from(u8::from(all.iter().next().is_some()));
        }
        let left = self.largest(at, all);
        let some: Vec<usize> = left.iter().take(2).collect();
        if let [one] = some.as_slice() {
            let sizes = self.sizes.iter().skip(at).filter_map(|sizes| sizes.get(*one));
            return sizes.map(|size| BigUint::from(*size)).product();
        }
        let key = (at, left);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        // The values of the same products are taken together.
        let mut alike: BTreeMap<Bits, usize> = BTreeMap::new();
        for having in self.having.get(at).into_iter().flatten() {
            let left = having.and(&key.1);
            if left.iter().next().is_some() {
                *alike.entry(left).or_default() += 1;
            }
        }
        let total =
            alike.into_iter().map(|(left, values)| self.from(at + 1, &left) * values).sum::<BigUint>();
        self.known.insert(key, total.clone());
        total
    }
}

fn covers(within: &[Bits]) -> Vec<Bits> {
    let holds = |one: usize, other: usize| {
        within
            .get(one)
            .is_some_and(|bits| bits.0.get(other / 64).is_some_and(|word| word >> (other % 64) & 1 == 1))
    };
    let of = |(one, bits): (usize, &Bits)| {
        let mut covering = Bits::none(within.len());
        let others = bits.iter().filter(|other| *other != one && (*other < one || !holds(*other, one)));
        others.for_each(|other| covering.add(other));
        covering
    };
    within.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_products_count_once() {
        // 2 × 2 and 1 × 3 share one point of a plane of 3 × 3.
        let products =
            vec![vec![vec![0, 1], vec![0, 1]], vec![vec![1], vec![0, 1, 2]], vec![vec![1], vec![2]]];
        assert_eq!(united(products), BigUint::from(5_u32));
        assert_eq!(united(Vec::new()), BigUint::ZERO);
        assert_eq!(united(vec![vec![vec![0, 1], Vec::new()], vec![vec![2], vec![3]]]), BigUint::from(1_u32));
    }
}
