package demo

import (
	"fmt"
	"time"
)

// remoteBeds is what the server shows.
var remoteBeds = []bed{
	{".", day(2016, 2, 1), day(2025, 6, 30), 1200, []string{"README.txt", "welcome.msg", ".banner"}},
	{"incoming", day(2025, 6, 1), day(2025, 6, 1), 0, nil},

	{"site", day(2021, 3, 1), day(2025, 5, 20), 6000, []string{
		"index.html", "about.html", "contact.html", "harbour-map.html", "timetable.html", "404.html", "robots.txt",
		"sitemap.xml", "favicon.ico", ".htaccess", "humans.txt",
	}},
	{"site/css", day(2022, 1, 1), day(2025, 5, 20), 9000, []string{"main.css", "print.css", "reset.css", "dark.css"}},
	{"site/js", day(2022, 1, 1), day(2025, 5, 20), 24000, []string{"app.js", "app.js.map", "tides.js", "vendor.min.js"}},
	{"site/img", day(2019, 1, 1), day(2025, 4, 2), 50000, append(
		numbered("ferry-%02d.jpg", 1, 24),
		"logo.svg", "logo@2x.png", "hero background.png", "map (old).png", "spinner.gif")},
	{"site/fonts", day(2020, 5, 5), day(2020, 5, 6), 40000, []string{"Harbour-Regular.woff2", "Harbour-Bold.woff2"}},
	{"site/blog", day(2018, 1, 1), day(2025, 6, 12), 4000, numbered("post-%03d.html", 1, 36)},
	{"site/blog/drafts", day(2024, 1, 1), day(2025, 6, 29), 2000, []string{
		"a day on the water.md", "Fahrpläne & Preise.md", "what's new?.md", "-old-start.md",
	}},
	{"site/api/v1", day(2023, 6, 1), day(2025, 2, 1), 1500, []string{"boats.json", "piers.json", "tides.json"}},
	{"site/api/v2/schemas/common/types", day(2024, 6, 1), day(2025, 2, 1), 900, []string{
		"boat.schema.json", "pier.schema.json", "tide.schema.json", "time-val.schema.json",
	}},

	{"photos", day(2011, 1, 1), day(2025, 1, 15), 2500, []string{"index.csv", "captions – all years.txt"}},
	{"photos/2011 Hamburg", day(2011, 5, 6), day(2011, 5, 9), 220000, numbered("DSC_%04d.JPG", 311, 330)},
	{"photos/2016 Đà Nẵng", day(2016, 7, 1), day(2016, 7, 14), 260000, append(
		numbered("ảnh biển %02d.jpg", 1, 16), "Cầu Rồng về đêm.jpg", "chợ Hàn.jpg", "ghi chú.txt")},
	{"photos/2019 京都", day(2019, 4, 2), day(2019, 4, 8), 260000, append(
		numbered("桜 %02d.jpg", 1, 12), "金閣寺.jpg", "渡し船.png", "メモ.txt")},
	{"photos/2022 서울", day(2022, 10, 1), day(2022, 10, 5), 240000, append(
		numbered("한강 %02d.jpg", 1, 8), "유람선.jpg")},
	{"photos/2024 party 🎉", day(2024, 12, 31), day(2025, 1, 1), 240000, append(
		numbered("IMG_%04d.jpg", 1201, 1216), "fireworks 🎆🎆.mp4", "👩‍👩‍👧‍👦 all of us.jpg")},

	{"logs", day(2025, 6, 1), day(2025, 6, 30), 60000, []string{"access.log", "error.log", "cron.log", "mail.log"}},
	{"logs/2023", day(2023, 1, 31), day(2023, 12, 31), 90000, numbered("access-2023-%02d.log.gz", 1, 12)},
	{"logs/2024", day(2024, 1, 31), day(2024, 12, 31), 90000, numbered("access-2024-%02d.log.gz", 1, 12)},
	{"logs/2025", day(2025, 1, 31), day(2025, 6, 30), 90000, numbered("access-2025-%02d.log.gz", 1, 6)},

	{"music/Harbour Choir/Low Tide (2009)", day(2009, 9, 9), day(2009, 9, 9), 1900000, []string{
		"01 - Cast Off.mp3", "02 - Slack Water.mp3", "03 - Don't Look Back.mp3", "04 - Fog, Horn & Bell.mp3",
		"05 - Leeward.mp3", "cover.jpg",
	}},
	{"music/Trịnh Công Sơn/Diễm xưa", day(2004, 3, 1), day(2004, 3, 2), 1600000, []string{
		"01 Diễm xưa.flac", "02 Hạ trắng.flac", "03 Biển nhớ.flac", "bìa.png",
	}},
	{"music/久石譲", day(2008, 7, 19), day(2008, 7, 20), 1500000, []string{"海のおかあさん.mp3", "船団マーチ.mp3"}},
	{"music/playlists", day(2012, 1, 1), day(2023, 1, 1), 700, []string{"morning.m3u8", "night shift.m3u8"}},

	{"papers", day(1999, 1, 1), day(2024, 8, 1), 120000, []string{
		"Postel, Reynolds - File Transfer Protocol.pdf", "Hethmon - Extensions to FTP.pdf",
		"Allman, Ostermann, Metz - FTP Extensions for IPv6 and NATs.pdf", "Ford-Hutchinson - Securing FTP with TLS.pdf",
		`A study of so-called "smart" buffers.pdf`, "Über die Gezeiten (2. Auflage).pdf", "O'Neill – Notes on queues.txt",
		"a very long title that somebody once gave to a paper about how ships, trains and octets queue up before they " +
			"cross from one shore to the other, with an appendix on bridges (preprint, not for citation).pdf",
		"references.bib", "données 2003.csv", "survey results.xlsx",
	}},
	{"papers/slides", day(2015, 1, 1), day(2024, 8, 1), 200000, []string{
		"queues 101.pdf", "passive-vs-active.pdf", "tides.key",
	}},

	{"projects/tugboat", day(2023, 1, 1), day(2025, 6, 1), 3000, []string{
		"Makefile", "LICENSE", "README.md", "CHANGELOG.md", "go.mod", ".gitignore",
	}},
	{"projects/tugboat/cmd/tugboat", day(2023, 1, 1), day(2025, 6, 1), 2500, []string{"main.go", "main_test.go"}},
	{"projects/tugboat/internal/engine/diesel/injection", day(2023, 1, 1), day(2025, 6, 1), 3500, append(
		numbered("stage%d.go", 1, 5), "doc.go")},
	{"projects/tugboat/testdata", day(2023, 1, 1), day(2024, 6, 1), 8000, append(
		numbered("case-%02d.golden", 1, 15), "empty.golden")},

	{"odd names", day(2013, 3, 13), day(2020, 2, 29), 300, []string{
		"-rf", "--help", "two  blanks.txt", "it's.txt", `say "cheese".txt`, "100%25.txt", "semi;colon.txt", "star*.txt",
		"what?.txt", "[brackets] {braces}.txt", "hash#tag.txt", "tilde~", "UPPER.TXT", "upper.bak", "..hidden", "&amp;.html",
		"no extension", "many.dots.in.one.name.tar.gz", "naïve café.txt", "مرحبا.txt", "🚢⚓.txt", "empty file",
	}},

	{"releases", day(2020, 1, 1), day(2024, 11, 5), 900000, []string{
		"tugboat-3.9-src.tar.gz", "tugboat-4.0-src.tar.gz", "tugboat-4.1-src.tar.gz", "tugboat-4.2-src.tar.gz",
		"tugboat-4.2-linux-amd64.zip", "tugboat-4.2-darwin-arm64.zip", "RELEASE NOTES.md",
	}},
}

// localBeds is the scratch folder.
var localBeds = []bed{
	{".", day(2024, 1, 1), day(2025, 6, 30), 1500, []string{
		"todo.txt", "budget 2025.csv", "Thư gửi bà.txt", "船の切符.pdf", "postcard 🌊.png",
	}},
	{"site update", day(2025, 6, 20), day(2025, 6, 28), 5000, []string{"index.html", "timetable.html", "news.html"}},
	{"site update/css", day(2025, 6, 20), day(2025, 6, 28), 9000, []string{"main.css", "summer.css"}},
	{"site update/img", day(2025, 6, 20), day(2025, 6, 28), 150000, append(
		numbered("regatta-%02d.jpg", 1, 12), "poster (final) v2.png")},
	{"holiday photos", day(2025, 6, 7), day(2025, 6, 15), 700000, append(
		numbered("P10%02d.jpg", 1, 20), "slow boat.mp4", "beach 🏖️.jpg")},
	{"backup", day(2025, 6, 30), day(2025, 6, 30), 6000000, []string{"notes-2025-06.tar.gz", "mail-2025-06.tar.gz"}},
	{"backup/config", day(2025, 6, 30), day(2025, 6, 30), 400, numbered("host-%02d.conf", 1, 30)},
	{"downloads", day(2025, 6, 30), day(2025, 6, 30), 0, nil},
}

func day(year int, month time.Month, d int) time.Time {
	return time.Date(year, month, d, 12, 0, 0, 0, time.UTC)
}

// numbered gives one name for each number.
func numbered(format string, from, to int) []string {
	var names []string
	for n := from; n <= to; n++ {
		names = append(names, fmt.Sprintf(format, n))
	}
	return names
}
