"""People whose names, households and papers confuse: who is one, and who are two?"""

from collections.abc import Iterator
from datetime import date

from msgspec.structs import replace

from connectors.stubs.chosen.templates import (
    Day,
    case_in_court,
    closed,
    issued_on,
    licence_of,
    seen_as,
    someone,
    stolen_car,
    under_supervision,
)
from connectors.stubs.truth import Charge, Custody, Name, Person, Registration, Withdrawal


def father_and_son(day: Day) -> Iterator[Person]:
    """One name, one address. Three sources give the father three addresses, and the clerk turned his birth date."""
    father = someone("father", Name("Hollis", "Merrick", "Dane"), date(1980, 2, 11), "118 Alder Rd, Pinelake, NC")
    father = replace(father, sid="NC0714433X", fbi="914433MH2")
    initial = Name("Hollis", "Merrick", "D.")
    in_court = seen_as(father, name=initial, address="9 Quarry Ln, Marlow, NC", licence="000093311407")
    turned = replace(in_court, born=date(1980, 11, 2), licence="")
    impaired = Withdrawal("Driving while impaired", day.ago(270), day.ahead(460))
    larceny = Charge("Misdemeanor larceny", "14-72(a)", "Misdemeanor class 1")
    stolen_goods = Charge("Possession of stolen goods", "14-71.1", "Felony class H")
    pending = replace(
        case_in_court("26CR001934", "910", day.ago(60), turned),
        charges=(
            Charge("Breaking and entering", "14-54(a)", "Felony class H"),
            Charge("Resisting a public officer", "14-223", "Misdemeanor class 2"),
        ),
        hearing=day.ahead(2),
        witnesses=(Name("Quarrell", "Honor"),),
        changed=day.ago(50),
    )
    yield replace(
        father,
        licence=replace(licence_of(father, "000093311407", day), status="NOT", withdrawals=(impaired,)),
        cases=(
            pending,
            closed(case_in_court("25CR000712", "910", day.ago(520), in_court), larceny, "30 days, suspended"),
            closed(case_in_court("19CR004410", "910", day.ago(2_700), in_court), stolen_goods, "14 to 26 months"),
        ),
        processes=(issued_on(day.ago(50), "order for arrest", pending, "Breaking and entering"),),
        custody=Custody(
            opus="0417733",
            status="released",
            facility="Tamber Correctional Institution",
            offence="Possession of stolen goods",
            sentence="14 to 26 months",
            admitted=day.ago(2_500),
            release=day.ago(1_900),
            caution="Armed",
            seen=seen_as(father, name=initial, address="Box 12, Tamber, NC"),
            changed=day.ago(1_900),
        ),
    )
    son = someone("son", Name("Hollis", "Merrick", "Dane", "Jr"), date(2003, 9, 30), father.address)
    yield replace(son, licence=licence_of(son, "000093315528", day))


def twins(day: Day) -> Iterator[Person]:
    """One surname, birth date and address; one of them may not drive and is due in court."""
    name, born, home = Name("Callowhill", "Tamsin", "Rae"), date(1996, 5, 17), "44 Heron Ct, Marlow, NC"
    one = someone("twin", name, born, home, sex="F")
    yield replace(one, licence=licence_of(one, "000093720116", day))
    other = someone("other twin", replace(name, given="Tamara"), born, home, sex="F")
    unpaid = Withdrawal("Failure to pay a fine", day.ago(90), day.ahead(90))
    case = case_in_court("26IF003305", "902", day.ago(100), seen_as(other, licence="000093720124"))
    yield replace(
        other,
        licence=replace(licence_of(other, "000093720124", day), status="ELG", withdrawals=(unpaid,)),
        cases=(
            replace(
                case,
                category="traffic",
                charges=(Charge("Driving while license revoked", "20-28(a)", "Misdemeanor class 3"),),
                hearing=day.ahead(9),
            ),
        ),
    )


def maiden_name(day: Day) -> Iterator[Person]:
    """Convicted under her maiden name, licensed under a double one."""
    maiden = Name("Ashdown", "Delphine", "Ruth")
    person = someone(
        "maiden name",
        replace(maiden, surname="Ashdown-Vray"),
        date(1984, 12, 9),
        "63 Orchard Ter, Greyling, NC",
        sex="F",
    )
    person = replace(person, aliases=(maiden,))
    trespass = Charge("Second degree trespass", "14-159.13", "Misdemeanor class 3")
    before = seen_as(person, name=maiden, aliases=(), licence="000094266019", address="9 Depot St, Marlow, NC")
    yield replace(
        person,
        licence=licence_of(person, "000094266019", day),
        cases=(closed(case_in_court("08CR007741", "906", day.ago(6_600), before), trespass, "Fine of $100"),),
    )


def stolen_vehicle_and_plate(day: Day) -> Iterator[Person]:
    """A name of three words whose owner's car is gone; and a car that is where it should be, without its plate."""
    ramiro = Name("De Los Santos", "Ramiro", "Iván")
    person = someone("stolen vehicle", ramiro, date(1991, 3, 22), "250 Cannery Row, Saltmarsh, NC")
    yield replace(
        person,
        licence=licence_of(person, "000094402216", day),
        vehicles=(stolen_car(person, "ZKT-4471", day, 1),),
    )
    agnes = someone("stolen plate", Name("Fenworthy", "Agnes"), date(1951, 11, 4), "12 Kiln Rd, Brindle, NC", sex="F")
    hers = replace(stolen_car(agnes, "ZPL-2093", day, 2), stolen="Plate reported stolen, not the vehicle")
    yield replace(agnes, licence=licence_of(agnes, "000094402951", day), vehicles=(hers,))


def unknown(day: Day) -> Iterator[Person]:
    """Known to nobody."""
    yield someone("unknown", Name("Nettlefold", "Quillan"), day.ago(13_000), "300 Sawyer St, Brindle, NC")


def decoys(day: Day) -> Iterator[Person]:
    """One for each source."""
    names = (("Qvyxhembrast", "Ozgurwyn"), ("Jhxolvundrey", "Ixquareth"), ("Zwqarbintole", "Uvhennix"))
    driver, defendant, offender = (
        someone("decoy", Name(surname, given), date(1977, 1, 1 + n), f"{n + 1} Nowhere Rd, Brindle, NC")
        for n, (surname, given) in enumerate(names)
    )
    yield replace(driver, licence=licence_of(driver, "000099900017", day))
    charge = Charge("Simple assault", "14-33(a)", "Misdemeanor class 2")
    yield replace(
        defendant, cases=(closed(case_in_court("24CR099901", "911", day.ago(700), seen_as(defendant)), charge, "None"),)
    )
    yield replace(
        offender,
        registration=Registration(
            number="R099903",
            status="registered",
            category="Sexually violent offender",
            offence="Sexual battery",
            registered=day.ago(900),
            verified=day.ago(60),
            seen=seen_as(offender),
            changed=day.ago(60),
        ),
        supervision=under_supervision("0999003", "probation", day, seen_as(offender)),
    )
