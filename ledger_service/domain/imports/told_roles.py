"""What sources say of a person's part in a work, as the relator code of MARC that means it.

Sources: MARC 21 ($e, $4); UNIMARC, Appendix C (codes of functions in $4); DataCite 4.5 (contributorType).
"""

from __future__ import annotations

from ledger_service.domain.resources.relators import REPLACED, ROLES

_UNIMARC = """
005 act 010 adp 020 ann 030 arr 040 art 050 asg 060 asn 065 auc 070 aut 072 aqt 075 aft 080 aui 090 aud
100 ant 110 bnd 120 bdd 130 bkd 140 bjd 150 bpd 160 bsl 170 cll 180 ctg 190 cns 200 chr 205 ctb 210 cmm
212 cwt 220 com 230 cmp 240 cmt 245 ccp 250 cnd 255 csp 260 cph 270 crr 273 cur 275 dnc 280 dte 290 dto
295 dgg 300 drt 305 dis 310 dst 320 dnr 330 dub 340 edt 350 egr 360 etr 365 exp 370 flm 380 frg 390 fmo
400 fnd 410 art 420 hnr 430 ilu 440 ill 460 ive 470 ivr 480 lbt 490 lse 500 lso 510 ltg 520 lyr 530 mte
540 mon 545 mus 550 nrt 555 opn 557 orm 560 org 570 oth 580 ppm 587 pth 590 prf 600 pht 605 pre 610 prt
620 pop 630 pro 635 prg 640 pfr 650 pbl 651 pbd 660 rcp 670 rce 673 rth 675 rev 677 rtm 680 rbr 695 sad
700 scr 705 scl 710 sec 720 sgn 721 sng 723 spn 727 ths 730 trl 740 tyd 750 tyg 755 sng 760 wde 770 wam
"""
_WORDS = """
author aut, автор aut, muallif aut, editor edt, ed edt, редактор edt, ред edt, отв ред edt, под ред edt,
научный редактор edt, muharrir edt, translator trl, tr trl, переводчик trl, пер trl, tarjimon trl,
compiler com, comp com, составитель com, сост com, tuzuvchi com, illustrator ill, ill ill, иллюстратор
ill, художник ill, рис ill, rassom ill, photographer pht, фотограф pht, composer cmp, композитор cmp,
bastakor cmp, publisher pbl, издатель pbl, nashriyot pbl, contributor ctb, creator cre, writer of
introduction win, writer of preface wpr, author of introduction, etc aui, автор предисловия aui,
commentator cmm, комментатор cmm, annotator ann, thesis advisor ths, научный руководитель ths, ilmiy
rahbar ths, degree supervisor dgs, reviewer rev, рецензент rev, taqrizchi rev, narrator nrt, чтец nrt,
performer prf, исполнитель prf, director drt, режиссер drt, режиссёр drt, rejissyor drt, cartographer
ctg, картограф ctg, calligrapher cll, каллиграф cll, xattot cll, scribe scr, переписчик scr, kotib scr,
issuing body isb, degree granting institution dgg, sponsor spn, host institution his, former owner fmo,
joint author aut, соавтор aut, hammuallif aut, contactperson mdc, datacollector com, datacurator cur,
datamanager dtm, distributor dst, hostinginstitution his, other oth, producer pro, projectleader pdr,
projectmember rtm, registrationagency oth, relatedperson asn, researcher res, researchgroup rtm,
rightsholder cph, supervisor ths, workpackageleader pdr, sponsoring body spn
"""
_CODES = dict(zip(_UNIMARC.split()[::2], _UNIMARC.split()[1::2], strict=True))
_TERMS = {
    " ".join(words[:-1]): words[-1]
    for words in (part.split() for part in _WORDS.replace(", etc", "; etc").split(","))
}


def role_of(text: str) -> str:
    """Return the code of what a source says in code or word, or in an address of one; empty if unknown."""
    plain = text.rpartition("/")[2].strip(" .,:;[]()").lower()
    plain = REPLACED.get(plain, plain)
    if plain in ROLES:
        return plain
    return _CODES.get(plain) or _TERMS.get(plain.replace(",", ";").replace(".", "")) or ""
