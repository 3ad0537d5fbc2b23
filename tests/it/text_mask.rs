//! Masking: recognisable to whoever knew it, useless to whoever did not.

use ringdesk::text::mask::{address, name, phone, words};

#[test]
fn names_keep_their_surname_alone() {
    let cases =
        [("王小明", "王**"), ("王", "王**"), ("欧阳娜娜", "欧**"), (" 李女士 ", "李**"), ("Smith", "S**"), ("", "")];
    cases.iter().for_each(|(from, to)| assert_eq!(name(from), *to));
}

#[test]
fn numbers_keep_their_ends() {
    let cases = [
        ("13812341234", "138****1234"),
        ("+86 138-1234-1234", "861****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("0571-88881234", "057****1234"),
        ("88881234", "88****34"),
        ("0571-88881234转8001", "057****1234/****"),
        ("13812341234、13900001111", "138****1234/139****1111"),
        ("1001", "****"),
        ("隔壁老王", "****"),
        ("", ""),
    ];
    cases.iter().for_each(|(from, to)| assert_eq!(phone(from), *to, "{from}"));
}

#[test]
fn addresses_end_at_the_road() {
    let cases = [
        ("文三路1号2幢501室", "文三路***"),
        ("阳光小区３幢", "阳光小区***"),
        ("阳光小区三幢二单元", "阳光小区***"),
        ("文三路", "文三路"),
        ("西湖大酒店", "西湖***"),
        ("12号", "***"),
        ("", ""),
    ];
    cases.iter().for_each(|(from, to)| assert_eq!(address(from), *to, "{from}"));
}

#[test]
fn words_lose_their_numbers_and_keep_the_rest() {
    let cases = [
        ("打13812341234找他", "打138****1234找他"),
        ("138 1234 1234 或 138-1234-1234", "138****1234 或 138****1234"),
        ("压力2.5kPa，30分钟", "压力2.5kPa，30分钟"),
        ("2026-11-22 到场", "2026-11-22 到场"),
        ("2026-11-22 14:30 打 88881234", "2026-11-22 14:30 打 88****34"),
        ("2026-11-221 3812", "202****3812"),
        ("", ""),
    ];
    cases.iter().for_each(|(from, to)| assert_eq!(words(from), *to, "{from}"));
}
