"""The invented parties of the demo: makers by category, buyers by type. Every name is made up and says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Maker:
    """An exhibitor: name, category, regency (Kemendagri code), products (name, unit, price, monthly capacity, days)."""

    name: str
    category: str
    regency: str
    products: tuple[tuple[str, str, int, int, int], ...]
    scale: str = "micro"


@dataclass(frozen=True)
class Wanted:
    """A need, in the manner of real procurement packages: a general name, the goods hidden in the item text."""

    name: str
    item_text: str
    category: str | None
    ceiling: int
    month: int
    method: str = "e_purchasing"
    account: str = ""
    quantity: str = "1 Paket"


@dataclass(frozen=True)
class Agency:
    """A buyer: name, type, regency, needs."""

    name: str
    type: str
    regency: str
    needs: tuple[Wanted, ...]
    delegates: int = 1


_TAPIS_NAMES = (
    ("Tapis Sekapur Rekaan", "18.71"), ("Rumah Tapis Muli Rekaan", "18.71"), ("Tapis Jejama Rekaan", "18.09"),
    ("Tapis Pucuk Rebung Rekaan", "18.02"), ("Tapis Benang Mas Rekaan", "18.09"), ("Sulam Usus Rekaan", "18.71"),
    ("Tapis Way Rekaan", "18.08"), ("Tapis Siger Rekaan", "18.10"), ("Tapis Inuh Rekaan", "18.01"),
    ("Tapis Cucuk Rekaan", "18.06"), ("Galeri Celugam Rekaan", "18.04"), ("Tapis Abung Rekaan", "18.03"),
    ("Tapis Tulang Bawang Rekaan", "18.05"), ("Kriya Sulam Rekaan", "18.07"), ("Batik Tapis Rekaan", "18.72"),
    ("Tapis Krui Rekaan", "18.13"),
)  # fmt: skip

_TAPIS_GOODS = (
    ("Kain tapis jung sarat", "lembar", 4_500_000, 6, 45),
    ("Selendang tapis benang emas", "lembar", 450_000, 60, 14),
    ("Peci tapis", "buah", 125_000, 200, 10),
    ("Dompet tapis wanita", "buah", 85_000, 300, 10),
    ("Plakat siger berlapis tapis", "buah", 275_000, 80, 14),
    ("Tas tangan tapis", "buah", 350_000, 90, 14),
    ("Hiasan dinding celugam", "buah", 600_000, 30, 21),
    ("Syal sulam usus", "lembar", 225_000, 100, 14),
)

_OTHERS = (
    Maker("Mesin Tani Rekaan", "agri_machinery", "18.02",
          (("Pencacah rumput (chopper) 5,5 PK", "unit", 7_800_000, 12, 21),
           ("Perontok padi (power thresher)", "unit", 14_500_000, 8, 30)), "small"),
    Maker("Bengkel Alsintan Rekaan", "agri_machinery", "18.07",
          (("Pemipil jagung", "unit", 9_250_000, 10, 21), ("Cultivator mini", "unit", 11_900_000, 6, 30)), "small"),
    Maker("Karya Logam Rekaan", "agri_machinery", "18.10",
          (("Mesin pengering gabah kapasitas 2 ton", "unit", 68_000_000, 2, 60),
           ("Penepung serbaguna", "unit", 6_400_000, 15, 14)), "small"),
    Maker("Teknik Pangan Rekaan", "agri_machinery", "18.71",
          (("Mesin pengolah kopi (huller)", "unit", 12_750_000, 5, 30),
           ("Perajang singkong", "unit", 3_900_000, 20, 14)), "micro"),
    Maker("Suvenir Siger Rekaan", "souvenir", "18.71",
          (("Plakat akrilik siger", "buah", 185_000, 250, 7), ("Gantungan kunci gajah", "buah", 12_500, 4000, 7))),
    Maker("Kriya Kayu Way Kambas Rekaan", "souvenir", "18.07",
          (("Miniatur gajah kayu", "buah", 95_000, 150, 14), ("Vandel kayu ukir", "buah", 165_000, 120, 14))),
    Maker("Tembikar Rekaan", "souvenir", "18.10",
          (("Mug keramik motif tapis", "buah", 48_000, 600, 14), ("Asbak dan tempat pena keramik", "set", 60_000, 200, 14))),
    Maker("Anyaman Bambu Rekaan", "souvenir", "18.06",
          (("Kotak hantaran bambu", "buah", 55_000, 300, 10), ("Tumbler bambu berukir", "buah", 90_000, 250, 10))),
    Maker("Cendera Batok Rekaan", "souvenir", "18.01",
          (("Set sendok batok kelapa", "set", 35_000, 500, 7), ("Bros tapis mini", "buah", 22_000, 1500, 7))),
    Maker("Seminar Kit Rekaan Utama", "seminar_kit", "18.71",
          (("Paket seminar kit: tas, pulpen, buku agenda, tanda pengenal", "paket", 78_000, 1500, 10),
           ("Tas kanvas sisip tapis", "buah", 52_000, 2000, 10)), "small"),
    Maker("Konveksi Tas Rekaan", "seminar_kit", "18.72",
          (("Tas seminar ransel", "buah", 95_000, 1200, 14), ("Goodie bag spunbond", "buah", 9_500, 10000, 7)), "small"),
    Maker("Lanyard Cetak Rekaan", "seminar_kit", "18.71",
          (("Tali dan kartu tanda pengenal", "buah", 11_000, 8000, 5), ("Buku agenda sampul kulit sintetis", "buah", 38_000, 1500, 10))),
    Maker("Percetakan Map Rekaan", "seminar_kit", "18.02",
          (("Map seminar cetak penuh", "buah", 14_000, 6000, 7), ("Blocknote dan pulpen", "set", 17_500, 5000, 7))),
    Maker("Tas Daur Ulang Rekaan", "seminar_kit", "18.09",
          (("Tas kegiatan dari kemasan daur ulang", "buah", 42_000, 700, 14),)),
    Maker("Keripik Pisang Rekaan", "processed_food", "18.71",
          (("Keripik pisang cokelat 200 g", "bungkus", 18_000, 6000, 5), ("Paket kudapan rapat isi 4", "kotak", 15_000, 3000, 2)), "small"),
    Maker("Kopi Robusta Lambar Rekaan", "processed_food", "18.04",
          (("Kopi robusta bubuk 250 g", "bungkus", 32_000, 4000, 5), ("Kopi celup isi 10", "kotak", 27_000, 2500, 7)), "small"),
    Maker("Dapur Kemplang Rekaan", "processed_food", "18.05",
          (("Kemplang panggang 250 g", "bungkus", 22_000, 3000, 5), ("Kerupuk ikan toples", "toples", 38_000, 1200, 5))),
    Maker("Kue Engkak Rekaan", "processed_food", "18.03",
          (("Kue engkak loyang 20 cm", "loyang", 120_000, 250, 3), ("Kotak kue rapat isi 3", "kotak", 12_500, 4000, 2))),
    Maker("Sambal Lampung Rekaan", "processed_food", "18.72",
          (("Sambal botol 150 ml", "botol", 24_000, 2500, 7), ("Paket oleh-oleh Lampung", "paket", 85_000, 900, 5))),
    Maker("Katering Nasi Kotak Rekaan", "processed_food", "18.71",
          (("Nasi kotak rapat", "kotak", 30_000, 9000, 1), ("Kudapan kotak isi 3", "kotak", 14_000, 9000, 1)), "small"),
)  # fmt: skip


def makers() -> tuple[Maker, ...]:
    """Return the 16 tapis and 4 machinery makers on record, and the souvenir, seminar-kit and food makers with them."""
    tapis = []
    for number, (name, regency) in enumerate(_TAPIS_NAMES):
        goods = tuple(_TAPIS_GOODS[(number * 3 + k) % len(_TAPIS_GOODS)] for k in range(2 + number % 2))
        tapis.append(Maker(name, "tapis", regency, goods, "small" if number % 5 == 0 else "micro"))
    return (*tapis, *_OTHERS)


ATK = "5.1.02.01.01.0024"
SOUVENIR = "5.1.02.01.01.0035"
MEETING_FOOD = "5.1.02.01.01.0052"

_SOUVENIR_PACKAGE = "Belanja Alat/Bahan untuk Kegiatan Kantor-Suvenir/Cendera Mata"
_ATK_PACKAGE = "Belanja Alat/Bahan untuk Kegiatan Kantor-Alat Tulis Kantor"
_FOOD_PACKAGE = "Belanja Makanan dan Minuman Rapat"


def _souvenir(items: str, ceiling: int, month: int, category: str = "souvenir") -> Wanted:
    return Wanted(_SOUVENIR_PACKAGE, items, category, ceiling, month, account=SOUVENIR)


def _kit(items: str, ceiling: int, month: int) -> Wanted:
    return Wanted(_ATK_PACKAGE, items, "seminar_kit", ceiling, month, account=ATK)


def _food(items: str, ceiling: int, month: int) -> Wanted:
    return Wanted(_FOOD_PACKAGE, items, "processed_food", ceiling, month, account=MEETING_FOOD)


AGENCIES: tuple[Agency, ...] = (
    Agency("Dinas Pariwisata Contoh", "regional_agency", "18.71", (
        _souvenir("Selendang tapis; Plakat siger; Kain tapis untuk tamu daerah", 28_000_000, 6, "tapis"),
        _kit("Tas, Pulpen, Buku Agenda, Tanda Pengenal peserta", 15_600_000, 7),
        _food("Kudapan rapat; nasi kotak", 9_900_000, 6)), 2),
    Agency("Dinas Perkebunan Contoh", "regional_agency", "18.71", (
        Wanted("Pengadaan Mesin Pengolah Kopi", "Huller kopi; pengering biji", "agri_machinery", 187_500_000, 8, quantity="10 Unit"),
        _food("Konsumsi rapat koordinasi kelompok tani", 5_250_000, 6))),
    Agency("Dinas Tanaman Pangan Contoh", "regional_agency", "18.71", (
        Wanted("Belanja Modal Alat Pasca Panen", "Power thresher; pemipil jagung", "agri_machinery", 310_000_000, 9, "tender", quantity="24 Unit"),
        Wanted("Kertas dan Cover Alsintan dan Pupuk", "Kertas HVS; cover laporan", None, 1_031_000, 1),)),
    Agency("Dinas Peternakan Contoh", "regional_agency", "18.71", (
        Wanted("Pengadaan Alat Pencacah Hijauan", "Chopper 5,5 PK untuk kelompok ternak", "agri_machinery", 117_000_000, 7, quantity="15 Unit"),)),
    Agency("Dinas Pendidikan Contoh", "regional_agency", "18.71", (
        _kit("Tas kegiatan; Buku Agenda; Pulpen; Map", 74_000_000, 6), _food("Konsumsi bimbingan teknis guru", 32_820_000, 8)), 2),
    Agency("Dinas Kesehatan Contoh", "regional_agency", "18.71", (
        _kit("Perlengkapan peserta: goodie bag, lanyard, blocknote", 42_300_000, 9), _food("Kudapan posyandu percontohan", 20_320_000, 7),
        Wanted("Bahan Tenun dan Baju Operasi", "Baju operasi sekali pakai", None, 66_000_000, 5))),
    Agency("Sekretariat Dewan Contoh", "regional_agency", "18.71", (
        _souvenir("Kain tapis; Plakat; Vandel untuk kunjungan kerja", 96_000_000, 6, "tapis"), _food("Jamuan tamu; nasi kotak", 88_400_000, 6)), 2),
    Agency("Biro Umum Contoh", "regional_agency", "18.71", (
        _souvenir("Cendera mata tamu gubernur: tapis, siger, keramik", 120_000_000, 6), _food("Kudapan dan kopi ruang tamu", 54_500_000, 5)), 2),
    Agency("Biro Protokol Contoh", "regional_agency", "18.71", (
        _souvenir("Plakat; Miniatur gajah; Bros tapis", 48_700_000, 7), _souvenir("Selendang tapis penyambutan", 36_000_000, 8, "tapis"))),
    Agency("Badan Kepegawaian Contoh", "regional_agency", "18.71", (
        _kit("Seminar kit pelatihan dasar; tas; tanda pengenal", 63_250_000, 6), _food("Makan minum peserta latsar", 74_800_000, 6))),
    Agency("Dinas Koperasi Contoh", "regional_agency", "18.71", (
        _kit("Tas peserta bimtek; blocknote", 12_400_000, 6), _souvenir("Plakat narasumber", 5_250_000, 6))),
    Agency("Dinas Perindag Contoh", "regional_agency", "18.71", (
        _souvenir("Bingkisan pameran: kopi, keripik, bros", 20_600_000, 10), Wanted("Mesin Produksi IKM", "Penepung; perajang singkong", "agri_machinery", 58_600_000, 8, "direct_procurement"))),
    Agency("Kanwil Agama Contoh", "vertical_agency", "18.71", (
        _kit("Tas manasik; buku saku; tanda pengenal jemaah", 145_000_000, 7), _food("Konsumsi manasik", 61_000_000, 7))),
    Agency("Kanwil Perbendaharaan Contoh", "vertical_agency", "18.71", (
        _souvenir("Suvenir sosialisasi anggaran: mug, tumbler", 18_900_000, 6), _food("Kudapan rapat", 7_756_000, 6))),
    Agency("Balai Besar Pertanian Contoh", "vertical_agency", "18.71", (
        Wanted("Alat Mesin Uji Coba", "Cultivator; pengering gabah", "agri_machinery", 204_000_000, 8), _kit("Perlengkapan peserta temu lapang", 8_450_000, 7))),
    Agency("Pengadilan Tinggi Contoh", "vertical_agency", "18.71", (_souvenir("Plakat purnabakti; kain tapis", 14_400_000, 9, "tapis"),)),
    Agency("Kantor Imigrasi Contoh", "vertical_agency", "18.71", (_food("Kudapan layanan; kopi", 6_300_000, 6), _souvenir("Gantungan kunci; mug", 4_900_000, 6))),
    Agency("Kampus Negeri Contoh", "vertical_agency", "18.71", (
        _kit("Seminar kit wisuda dan konferensi", 168_000_000, 8), _souvenir("Samir tapis; selendang wisuda", 212_000_000, 8, "tapis"), _food("Nasi kotak wisuda", 95_000_000, 8)), 3),
    Agency("Pemkab Contoh Selatan", "local_government", "18.01", (
        _souvenir("Tapis dan kain untuk tamu kabupaten", 44_000_000, 6, "tapis"), _food("Konsumsi rapat desa", 38_500_000, 6)), 2),
    Agency("Pemkab Contoh Tengah", "local_government", "18.02", (
        Wanted("Bantuan Alsintan Kelompok Tani", "Perontok; chopper; cultivator", "agri_machinery", 748_000_000, 9, "tender", quantity="60 Unit"), _kit("Tas peserta musrenbang", 22_700_000, 5)), 2),
    Agency("Pemkot Contoh Metro", "local_government", "18.72", (_souvenir("Cendera mata kota", 25_500_000, 7), _kit("Goodie bag hari jadi", 31_000_000, 6))),
    Agency("Pemkab Contoh Barat", "local_government", "18.04", (_food("Kopi dan kudapan festival", 27_400_000, 7), _souvenir("Kriya kayu; celugam", 16_200_000, 7, "tapis"))),
    Agency("Bank Pelat Merah Contoh", "state_owned_company", "18.71", (
        _souvenir("Suvenir nasabah: tumbler, mug, dompet tapis", 260_000_000, 6), _kit("Agenda dan kalender mitra", 180_000_000, 11)), 2),
    Agency("Perkebunan Negara Contoh", "state_owned_company", "18.71", (
        Wanted("Alat Panen dan Olah Kebun", "Cultivator; chopper pelepah", "agri_machinery", 425_000_000, 8), _food("Paket makan pekerja hari besar", 64_000_000, 6))),
    Agency("Pelabuhan Contoh", "state_owned_company", "18.71", (_souvenir("Bingkisan kunjungan kapal", 52_000_000, 7), _food("Oleh-oleh Lampung penumpang", 47_500_000, 6))),
    Agency("Bank Daerah Contoh", "regional_owned_company", "18.71", (
        _souvenir("Hadiah undian: kain tapis", 310_000_000, 10, "tapis"), _kit("Tas dan agenda rapat tahunan", 58_000_000, 11)), 2),
    Agency("Air Minum Daerah Contoh", "regional_owned_company", "18.71", (_food("Kudapan pelanggan teladan", 11_300_000, 8),)),
    Agency("Pasar Daerah Contoh", "regional_owned_company", "18.71", (_kit("Goodie bag belanja ramah lingkungan", 36_500_000, 6),)),
    Agency("Hotel Contoh Lampung", "private_company", "18.71", (
        _food("Keripik dan kopi kamar tamu", 84_000_000, 6), _souvenir("Suvenir tamu: gantungan kunci, bros tapis", 46_000_000, 6))),
    Agency("Maskapai Wisata Contoh", "private_company", "18.71", (_souvenir("Kain tapis seragam pramugari", 152_000_000, 8, "tapis"),)),
)  # fmt: skip
