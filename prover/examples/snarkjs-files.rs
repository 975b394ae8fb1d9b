//! Writes `.r1cs`, `.wtns` and `.zkey` of our circuits, for snarkjs: `cargo run -p glimpse-prover --example snarkjs-files -- FOLDER [CIRCUIT…]`.
//!
//! Each witness is of a true statement about nobody; each key comes from a public seed, so that anybody can forge with it.

#[path = "../tests/support/circuits.rs"]
mod circuits;

use std::error::Error;
use std::{env, fs, path::PathBuf};

use glimpse_protocol::circuit::CircuitId;
use glimpse_prover::snarkjs::{R1cs, Witness, generate_zkey};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder")?);
    let names: Vec<String> = arguments.collect();
    fs::create_dir_all(&folder)?;
    let wanted =
        |circuit: &CircuitId| names.is_empty() || names.iter().any(|name| name == circuit.name());
    for circuit in CircuitId::ALL.into_iter().filter(wanted) {
        let system = circuits::statement(circuit);
        let r1cs = R1cs::of(&system);
        let zkey = generate_zkey(&r1cs, &mut ChaCha20Rng::seed_from_u64(0))?;
        let file = |extension: &str| folder.join(format!("{circuit}.{extension}"));
        fs::write(file("r1cs"), r1cs.to_bytes())?;
        fs::write(file("wtns"), Witness::of(&system).to_bytes())?;
        fs::write(file("zkey"), zkey)?;
    }
    Ok(())
}
