//! Reference files and verdicts of the safetensors format's own library.
//!
//! `write FOLDER` writes the upstream-*.safetensors files that the tests read.
//! `check BUNDLE` reads a bundle of files (each: u64 little-endian length, then the bytes) and prints for each `ok` or `refused: why`.

use safetensors::tensor::{serialize_to_file, Dtype, SafeTensors, TensorView};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Bytes that a reader can recompute from the tensor's place in the list.
fn pattern(index: usize, length: usize) -> Vec<u8> {
    (0..length).map(|i| (i * 7 + index * 31) as u8).collect()
}

fn write_dtypes(path: PathBuf) {
    let dtypes = [
        Dtype::BOOL, Dtype::F4, Dtype::F6_E2M3, Dtype::F6_E3M2, Dtype::U8, Dtype::I8, Dtype::F8_E5M2, Dtype::F8_E4M3, Dtype::F8_E8M0,
        Dtype::F8_E4M3FNUZ, Dtype::F8_E5M2FNUZ, Dtype::I16, Dtype::U16, Dtype::F16, Dtype::BF16, Dtype::I32, Dtype::U32, Dtype::F32,
        Dtype::C64, Dtype::F64, Dtype::I64, Dtype::U64,
    ];
    let data: Vec<Vec<u8>> = dtypes.iter().enumerate().map(|(i, d)| pattern(i, 8 * d.bitsize() / 8)).collect();
    let views: Vec<(String, TensorView)> = dtypes
        .iter()
        .enumerate()
        .map(|(i, d)| (format!("tensor.{i}"), TensorView::new(*d, vec![2, 4], &data[i]).unwrap()))
        .collect();
    serialize_to_file(views, None, &path).unwrap();
}

fn write_values(path: PathBuf) {
    let weight: Vec<u8> = (0..6).flat_map(|i| (i as f32 * 0.5 - 1.25).to_le_bytes()).collect();
    let bias: Vec<u8> = [1.0e-3f32, f32::NEG_INFINITY].iter().flat_map(|v| v.to_le_bytes()).collect();
    let step = 500i64.to_le_bytes();
    let views = vec![
        ("linear.weight", TensorView::new(Dtype::F32, vec![2, 3], &weight).unwrap()),
        ("linear.bias", TensorView::new(Dtype::F32, vec![2], &bias).unwrap()),
        ("step", TensorView::new(Dtype::I64, vec![], &step).unwrap()),
        ("mask", TensorView::new(Dtype::BOOL, vec![3], &[1, 0, 1]).unwrap()),
        ("empty", TensorView::new(Dtype::F32, vec![0, 4], &[]).unwrap()),
        ("größe \"q\" \\ \u{1F600}", TensorView::new(Dtype::U8, vec![1], &[7]).unwrap()),
    ];
    let metadata = HashMap::from([("format".to_string(), "pt".to_string()), ("note".to_string(), "line\nπ \"quoted\"".to_string())]);
    serialize_to_file(views, Some(metadata), &path).unwrap();
}

fn check(path: &Path) {
    let bundle = std::fs::read(path).unwrap();
    let mut rest = &bundle[..];
    while !rest.is_empty() {
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        match SafeTensors::deserialize(&rest[8..8 + length]) {
            Ok(_) => println!("ok"),
            Err(error) => println!("refused: {error}"),
        }
        rest = &rest[8 + length..];
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let path = Path::new(&arguments[2]);
    match arguments[1].as_str() {
        "write" => {
            write_dtypes(path.join("upstream-dtypes.safetensors"));
            write_values(path.join("upstream-values.safetensors"));
            serialize_to_file(Vec::<(String, TensorView)>::new(), None, &path.join("upstream-empty.safetensors")).unwrap();
        }
        "check" => check(path),
        other => panic!("unknown command {other}"),
    }
}
