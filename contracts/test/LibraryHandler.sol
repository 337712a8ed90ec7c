// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {LibraryModel} from "./LibraryModel.sol";

/// @title Does at random what stewards, their agents and the admin do
/// @notice The model foresees each refusal, so that no call reverts unforeseen.
contract LibraryHandler is LibraryModel {
    /// @notice How many digests it draws from, the hashes of 1 and on.
    uint256 public constant DIGESTS = 40;

    address private constant SELF = address(0);

    uint256 private _withdrawals;
    uint256 private _accreditations;

    constructor(Library memory library_) LibraryModel(library_) {}

    function register(uint256 who, uint256 what, uint256 license) external counting {
        who = _bound(who, 0, 1);
        license = _bound(license, 0, 2);
        bytes32 digest = keccak256(abi.encode(_bound(what, 1, DIGESTS)));
        IResourceRegistry.Registration memory stated = _statement(who, digest, license);
        if (_expect("register", _registerRefusal(who, digest))) {
            _keep(who, digest, license);
        }
        vm.prank(_library.registrars[who]);
        _library.resources.register(stated);
    }

    /// @dev Two at once: both or none.
    function registerTwo(uint256 who, uint256 what, uint256 license) external counting {
        who = _bound(who, 0, 1);
        license = _bound(license, 0, 2);
        what = _bound(what, 1, DIGESTS - 1);
        IResourceRegistry.Registration[] memory batch = new IResourceRegistry.Registration[](2);
        bytes memory refusal;
        for (uint256 i = 0; i < 2; ++i) {
            batch[i] = _statement(who, keccak256(abi.encode(what + i)), license);
            refusal = refusal.length == 0 ? _registerRefusal(who, batch[i].digest) : refusal;
        }
        if (_expect("registerTwo", refusal)) {
            _keep(who, batch[0].digest, license);
            _keep(who, batch[1].digest, license);
        }
        vm.prank(_library.registrars[who]);
        _library.resources.registerMany(batch);
    }

    function supersede(uint256 what, uint256 next, uint8 relation) external counting {
        if (_registered.length == 0) {
            return;
        }
        (Registered storage old, bytes32 successor) = _pair(what, next);
        relation = uint8(_bound(relation, 1, 3));
        if (_expect(relation == 3 ? "translate" : "supersede", _supersedeRefusal(old, successor, relation))) {
            _links[_linkOf(old, successor, relation)] = 1;
            if (relation == 3) {
                old.translation = successor;
            } else {
                (old.state, old.successor, old.relation) = (2, successor, relation);
            }
        }
        vm.prank(_library.registrars[old.who]);
        _library.resources.supersede(old.digest, _library.ids[old.who], successor, relation);
    }

    /// @dev What the resource points to, if anything; every fifth time anything else.
    function takeBack(uint256 what, uint256 next, uint8 relation) external counting {
        if (_registered.length == 0) {
            return;
        }
        (Registered storage entry, bytes32 other) = _pair(what, next);
        relation = uint8(_bound(relation, 1, 4));
        if (next % 5 != 0) {
            (entry, other, relation) = _linked(what);
        }
        if (_expect("takeBack", _takeBackRefusal(entry, other, relation))) {
            _links[_linkOf(entry, other, relation)] = 2;
            if (relation == 3) {
                entry.translation = 0;
            } else if (relation == 4) {
                entry.original = 0;
            } else {
                (entry.state, entry.successor, entry.relation) = (1, 0, 0);
            }
        }
        vm.prank(_library.registrars[entry.who]);
        _library.resources.takeBack(entry.digest, _library.ids[entry.who], other, relation);
    }

    function render(uint256 what, uint256 next) external counting {
        if (_registered.length == 0) {
            return;
        }
        (Registered storage entry, bytes32 original) = _pair(what, next);
        if (_expect("render", _renditionRefusal(entry, original))) {
            entry.original = original;
            _links[_linkOf(entry, original, 4)] = 1;
        }
        vm.prank(_library.registrars[entry.who]);
        _library.resources.declareRendition(entry.digest, _library.ids[entry.who], original);
    }

    /// @dev Every second time only, since it ends what else can be done with a resource.
    function withdraw(uint256 what, uint256 reason) external counting {
        if (_registered.length == 0 || ++_withdrawals % 2 != 0) {
            return;
        }
        Registered storage old = _registered[_bound(what, 0, _registered.length - 1)];
        if (_expect("withdraw", old.state == 3 ? _withdrawn(old.digest, old.who) : bytes(""))) {
            old.state = 3;
        }
        vm.prank(_library.registrars[old.who]);
        _library.resources.withdraw(old.digest, _library.ids[old.who], uint8(_bound(reason, 1, 3)));
    }

    /// @dev Every eighth time with a turn that is not the next.
    function issue(uint256 what, uint256 seat, uint256 loan, bool byService) external counting {
        if (_registered.length == 0) {
            return;
        }
        uint256 place = _bound(what, 0, _registered.length - 1);
        Registered storage entry = _registered[place];
        IAccessGrants.Grant memory stated;
        stated.digest = entry.digest;
        stated.steward = _library.ids[entry.who];
        stated.seat = uint32(seat % 8 == 0 ? seat : _bound(seat, 0, seatsOf(place) < 6 ? seatsOf(place) - 1 : 5));
        stated.turn = loan % 8 == 0 ? uint24(loan) : _turns[place][stated.seat] + 1;
        stated.grantee = keccak256(abi.encode("grantee", _issued.length));
        stated.scopes = 1;
        uint64 until = uint64(block.timestamp + _bound(loan, 4 days, 12 days));
        if (_expect("issue", _issueRefusal(place, stated.seat, stated.turn, byService))) {
            bytes32 id = sha256(abi.encode(stated));
            _issued.push(Issued({stated: stated, id: id, registration: place, until: until, ended: false}));
            _turns[place][stated.seat] = stated.turn;
        }
        vm.prank(_agent(entry.who, byService));
        _library.grants.issue(stated, until);
    }

    function renew(uint256 which, uint256 until, bool byService) external counting {
        if (_issued.length == 0) {
            return;
        }
        which = _held(which);
        Issued storage issued = _issued[which];
        uint64 end = issued.until + uint64(until % 5 == 0 ? 0 : _bound(until, 1, 10 days));
        byService = byService && until % 4 == 0;
        if (_expect("renew", _renewRefusal(which, end, byService))) {
            issued.until = end;
        }
        vm.prank(_agent(_registered[issued.registration].who, byService));
        _library.grants.renew(issued.stated.digest, issued.stated.steward, issued.stated.seat, issued.id, end);
    }

    function giveBack(uint256 which, bool byService) external counting {
        if (_issued.length == 0) {
            return;
        }
        which = which % 3 != 0 ? _held(which) : _bound(which, 0, _issued.length - 1);
        Issued storage issued = _issued[which];
        if (_expect("giveBack", _endRefusal(which))) {
            issued.ended = true;
        }
        vm.prank(_agent(_registered[issued.registration].who, byService));
        _library.grants.giveBack(issued.stated.digest, issued.stated.steward, issued.stated.seat, issued.id);
    }

    /// @dev Not refused but for a grant that is over, whatever became of steward and resource.
    function revoke(uint256 which) external counting {
        if (_issued.length == 0) {
            return;
        }
        which = which % 3 != 0 ? _held(which) : _bound(which, 0, _issued.length - 1);
        Issued storage issued = _issued[which];
        if (_expect("revoke", _endRefusal(which))) {
            issued.ended = true;
        }
        vm.prank(_library.registrars[_registered[issued.registration].who]);
        _library.grants.revoke(issued.stated.digest, issued.stated.steward, issued.stated.seat, issued.id);
    }

    /// @dev Somebody without a right tries: a stranger, the zero address, the contract itself, another's registrar.
    function intrude(uint256 what, uint256 caller, uint256 deed) external counting {
        if (_registered.length == 0) {
            return;
        }
        Registered storage entry = _registered[_bound(what, 0, _registered.length - 1)];
        bytes32 steward = _library.ids[entry.who];
        address[4] memory callers = [
            SELF,
            address(_library.resources),
            address(uint160(caller)),
            _library.registrars[1 - entry.who]
        ];
        address intruder = callers[caller % 4];
        if (intruder == _library.registrars[entry.who] || intruder == _library.services[entry.who]) {
            return;
        }
        deed = _bound(deed, 0, 2);
        bytes memory refusal = abi.encodeWithSelector(IStewardRegistry.RegistrarNotLive.selector, steward, intruder);
        if (deed == 0 && !accredited[entry.who]) {
            refusal = _notAccredited(entry.who);
        }
        _expect("intrude", refusal);
        vm.prank(intruder);
        if (deed == 0) {
            _library.resources.register(_statement(entry.who, keccak256(abi.encode(what)), 0));
        } else if (deed == 1) {
            _library.resources.withdraw(entry.digest, steward, 1);
        } else {
            _library.grants.revoke(entry.digest, steward, 0, 0);
        }
    }

    /// @dev Suspends every fourth time only, and reinstates who is suspended the next time, so that the library is
    /// seldom idle.
    function changeAccreditation(uint256 who) external counting {
        who = _bound(who, 0, 1);
        bool wanted = ++_accreditations % 4 != 0;
        if (_accreditations % 4 == 1 && accredited[who]) {
            who = 1 - who;
        }
        bytes memory refusal;
        if (accredited[who] == wanted) {
            refusal = abi.encodeWithSelector(
                wanted ? IStewardRegistry.StewardNotSuspended.selector : IStewardRegistry.StewardNotAccredited.selector,
                _library.ids[who]
            );
        }
        accredited[who] = wanted;
        _expect(wanted ? "reinstate" : "suspend", refusal);
        vm.prank(_library.admin);
        if (wanted) {
            _library.stewards.reinstate(_library.ids[who]);
        } else {
            _library.stewards.suspend(_library.ids[who]);
        }
    }

    function letTimePass(uint256 span) external {
        vm.warp(block.timestamp + _bound(span, 1, 12 hours));
        vm.roll(block.number + _bound(span, 1, 1000));
        ++done["letTimePass"];
    }

    function _keep(uint256 who, bytes32 digest, uint256 license) private {
        Registered storage entry = _registered.push();
        entry.digest = digest;
        entry.who = who;
        entry.at = uint64(block.timestamp);
        entry.license = license;
        entry.state = 1;
        _places[digest][who] = _registered.length;
    }

    /// @dev Returns any registration, and the digest of any other of the same steward if the second draw is even.
    function _pair(uint256 what, uint256 next) private view returns (Registered storage entry, bytes32 other) {
        entry = _registered[_bound(what, 0, _registered.length - 1)];
        other = _registered[_bound(next, 0, _registered.length - 1)].digest;
        for (uint256 i = 0; next % 2 == 0 && i < _registered.length; ++i) {
            Registered storage candidate = _registered[((next % _registered.length) + i) % _registered.length];
            if (candidate.who == entry.who && candidate.digest != entry.digest && candidate.state == 1) {
                return (entry, candidate.digest);
            }
        }
    }

    /// @dev Returns a registration that points to another, and how, if there is one.
    function _linked(uint256 what) private view returns (Registered storage entry, bytes32 other, uint8 relation) {
        uint256 start = _bound(what, 0, _registered.length - 1);
        entry = _registered[start];
        for (uint256 i = 0; i < _registered.length; ++i) {
            entry = _registered[(start + i) % _registered.length];
            (other, relation) = entry.translation != 0
                ? (entry.translation, 3)
                : entry.original != 0
                    ? (entry.original, 4)
                    : (entry.successor, entry.relation);
            if (other != 0 && entry.state != 3) {
                return (entry, other, relation);
            }
        }
    }

    /// @dev Returns a grant that holds its seat and whose steward is accredited, if there is one; every fourth time, any.
    function _held(uint256 which) private view returns (uint256) {
        uint256 start = _bound(which, 0, _issued.length - 1);
        for (uint256 i = 0; which % 4 != 0 && i < _issued.length; ++i) {
            uint256 next = (start + i) % _issued.length;
            if (isHeld(next) && accredited[_registered[_issued[next].registration].who]) {
                return next;
            }
        }
        return start;
    }

    function _agent(uint256 who, bool isService) private view returns (address) {
        return isService ? _library.services[who] : _library.registrars[who];
    }

    function _statement(
        uint256 who,
        bytes32 digest,
        uint256 license
    ) private view returns (IResourceRegistry.Registration memory) {
        return
            IResourceRegistry.Registration({
                digest: digest,
                steward: _library.ids[who],
                license: _library.licenses[license],
                cidCodec: 0x55,
                cidDigest: digest,
                metadata: 0
            });
    }
}
