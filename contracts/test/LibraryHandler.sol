// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessGrants} from "../AccessGrants.sol";
import {ResourceRegistry} from "../ResourceRegistry.sol";
import {StewardRegistry} from "../StewardRegistry.sol";
import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IEventAccumulator} from "../interfaces/IEventAccumulator.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "../interfaces/IStewardRegistry.sol";
import {ICheats} from "./ICheats.sol";
import {Test} from "./Test.sol";

/// @title Does at random what stewards, registrars and the admin do, and keeps a model of what must come of it
/// @notice It foresees each refusal, so that no call reverts unforeseen.
contract LibraryHandler is Test {
    struct Registered {
        bytes32 digest;
        uint256 who;
        uint64 at;
        uint32 licenseNumber;
        uint8 state;
        bytes32 successor;
    }

    struct Issued {
        bytes32 grant;
        uint256 registration;
        uint32 seat;
        uint64 until;
        bool revoked;
    }

    struct Counted {
        bytes32 accumulator;
        uint256 count;
    }

    uint256 private constant DIGESTS = 8;
    uint32 private constant UNLIMITED = type(uint32).max;

    StewardRegistry public immutable STEWARDS;
    ResourceRegistry public immutable RESOURCES;
    AccessGrants public immutable GRANTS;
    address private immutable ADMIN;

    bytes32[2] public stewards;
    address[2] public registrars;
    bool[2] public accredited = [true, true];
    bytes32[3] private _licenses;
    uint32[3] private _seats;

    uint256 private _supersessions;
    uint256 private _withdrawals;
    uint256 private _accreditations;

    Registered[] private _registered;
    mapping(bytes32 digest => mapping(uint256 who => uint256 place)) private _places;
    Issued[] private _issued;
    mapping(IEventAccumulator emitter => Counted) private _counted;

    /// @notice How often each thing was done, and how often it was refused.
    mapping(string what => uint256 times) public done;
    mapping(string what => uint256 times) public refused;

    constructor(
        StewardRegistry stewards_,
        ResourceRegistry resources,
        AccessGrants grants,
        address admin,
        bytes32[2] memory ids,
        address[2] memory accounts,
        bytes32[3] memory licenses,
        uint32[3] memory seats
    ) {
        STEWARDS = stewards_;
        RESOURCES = resources;
        GRANTS = grants;
        ADMIN = admin;
        stewards = ids;
        registrars = accounts;
        _licenses = licenses;
        _seats = seats;
        _startCounting(stewards_);
        _startCounting(resources);
        _startCounting(grants);
    }

    /// @dev Folds the logs of the call into the model of the accumulators.
    modifier counting() {
        vm.recordLogs();
        _;
        _count();
    }

    function register(uint256 who, uint256 what, uint256 license) external counting {
        who = _bound(who, 0, 1);
        license = _bound(license, 0, 2);
        bytes32 digest = keccak256(abi.encode(_bound(what, 1, DIGESTS)));
        bytes memory refusal;
        if (!accredited[who]) {
            refusal = abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, stewards[who]);
        } else if (_places[digest][who] != 0) {
            refusal = abi.encodeWithSelector(
                IResourceRegistry.ResourceAlreadyRegistered.selector,
                digest,
                stewards[who]
            );
        } else {
            _registered.push(
                Registered({
                    digest: digest,
                    who: who,
                    at: uint64(block.timestamp),
                    licenseNumber: uint32(license) + 1,
                    state: 1,
                    successor: 0
                })
            );
            _places[digest][who] = _registered.length;
        }
        IResourceRegistry.Registration memory stated = IResourceRegistry.Registration({
            digest: digest,
            steward: stewards[who],
            license: _licenses[license],
            cidCodec: 0x55,
            cidDigest: digest,
            metadata: 0
        });
        _expect("register", refusal);
        vm.prank(registrars[who]);
        RESOURCES.register(stated);
    }

    /// @dev Every second time with two resources that stand, if there are two; otherwise with any two.
    function supersede(uint256 what, uint256 next) external counting {
        if (_registered.length == 0) {
            return;
        }
        what = _bound(what, 0, _registered.length - 1);
        next = _bound(next, 0, _registered.length - 1);
        if (++_supersessions % 2 == 0) {
            what = _standing(_registered[what].who, what);
            next = _standing(_registered[what].who, what + 1);
        }
        Registered storage old = _registered[what];
        bytes32 successor = _registered[next].digest;
        bytes memory refusal = _supersedeRefusal(old, successor);
        if (refusal.length == 0) {
            old.state = 2;
            old.successor = successor;
        }
        _expect("supersede", refusal);
        vm.prank(registrars[old.who]);
        RESOURCES.supersede(old.digest, stewards[old.who], successor);
    }

    /// @dev Every sixth time only, since it ends what else can be done with a resource.
    function withdraw(uint256 what, uint256 reason) external counting {
        if (_registered.length == 0 || ++_withdrawals % 6 != 0) {
            return;
        }
        Registered storage old = _registered[_bound(what, 0, _registered.length - 1)];
        bytes memory refusal = old.state == 3 ? _withdrawn(old.digest, old.who) : bytes("");
        old.state = 3;
        _expect("withdraw", refusal);
        vm.prank(registrars[old.who]);
        RESOURCES.withdraw(old.digest, stewards[old.who], uint8(_bound(reason, 1, 3)));
    }

    function issue(uint256 what, uint256 seat, uint256 loan) external counting {
        if (_registered.length == 0) {
            return;
        }
        uint256 place = _bound(what, 0, _registered.length - 1);
        Registered storage registration = _registered[place];
        IAccessGrants.Grant memory stated = IAccessGrants.Grant({
            grant: keccak256(abi.encode("grant", _issued.length)),
            digest: registration.digest,
            steward: stewards[registration.who],
            grantee: bytes32(uint256(1)),
            scopes: 1,
            until: uint64(block.timestamp + _bound(loan, 1, 28 days)),
            seat: uint32(_bound(seat, 0, 2))
        });
        bytes memory refusal = _issueRefusal(place, stated.seat);
        if (refusal.length == 0) {
            _issued.push(
                Issued({
                    grant: stated.grant,
                    registration: place,
                    seat: stated.seat,
                    until: stated.until,
                    revoked: false
                })
            );
        }
        _expect("issue", refusal);
        vm.prank(registrars[registration.who]);
        GRANTS.issue(stated);
    }

    function revoke(uint256 which) external counting {
        if (_issued.length == 0) {
            return;
        }
        Issued storage issued = _issued[_bound(which, 0, _issued.length - 1)];
        bytes memory refusal =
            issued.revoked
                ? abi.encodeWithSelector(IAccessGrants.GrantAlreadyRevoked.selector, issued.grant)
                : bytes("");
        issued.revoked = true;
        _expect("revoke", refusal);
        vm.prank(registrars[_registered[issued.registration].who]);
        GRANTS.revoke(issued.grant);
    }

    /// @dev Suspends every fourth time only, so that the library is seldom idle.
    function changeAccreditation(uint256 who) external counting {
        who = _bound(who, 0, 1);
        bool wanted = ++_accreditations % 4 != 0;
        bytes memory refusal;
        if (accredited[who] == wanted) {
            refusal = abi.encodeWithSelector(
                wanted
                    ? IStewardRegistry.StewardAlreadyAccredited.selector
                    : IStewardRegistry.StewardNotAccredited.selector,
                stewards[who]
            );
        }
        accredited[who] = wanted;
        _expect(wanted ? "accredit" : "suspend", refusal);
        vm.prank(ADMIN);
        if (wanted) {
            STEWARDS.accredit(stewards[who]);
        } else {
            STEWARDS.suspend(stewards[who]);
        }
    }

    function letTimePass(uint256 span) external {
        vm.warp(block.timestamp + _bound(span, 1, 10 days));
        ++done["letTimePass"];
    }

    function registered() external view returns (Registered[] memory) {
        return _registered;
    }

    function issuedGrants() external view returns (Issued[] memory) {
        return _issued;
    }

    function counted(IEventAccumulator emitter) external view returns (Counted memory) {
        return _counted[emitter];
    }

    function seatsOf(uint256 place) public view returns (uint32) {
        return _seats[_registered[place].licenseNumber - 1];
    }

    /// @dev Whether the grant must permit access now.
    function isLive(uint256 which) public view returns (bool) {
        Issued memory issued = _issued[which];
        return !issued.revoked && block.timestamp < issued.until && _registered[issued.registration].state != 3;
    }

    /// @dev Returns the place of the next resource that the steward has not withdrawn or superseded, from this place
    /// on and round, or this place if there is none.
    function _standing(uint256 who, uint256 start) private view returns (uint256) {
        for (uint256 i = 0; i < _registered.length; ++i) {
            uint256 place = (start + i) % _registered.length;
            if (_registered[place].who == who && _registered[place].state == 1) {
                return place;
            }
        }
        return start % _registered.length;
    }

    function _supersedeRefusal(Registered memory old, bytes32 successor) private view returns (bytes memory) {
        if (!accredited[old.who]) {
            return abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, stewards[old.who]);
        }
        if (old.state != 1) {
            return _notSupersedable(old);
        }
        if (successor == old.digest) {
            return abi.encodeWithSelector(IResourceRegistry.SuccessorIsSame.selector, successor);
        }
        uint256 place = _places[successor][old.who];
        if (place == 0) {
            return abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, successor, stewards[old.who]);
        }
        Registered memory next = _registered[place - 1];
        return next.state == 1 ? bytes("") : _notSupersedable(next);
    }

    function _notSupersedable(Registered memory entry) private view returns (bytes memory) {
        if (entry.state == 3) {
            return _withdrawn(entry.digest, entry.who);
        }
        return
            abi.encodeWithSelector(
                IResourceRegistry.ResourceAlreadySuperseded.selector,
                entry.digest,
                stewards[entry.who],
                entry.successor
            );
    }

    function _issueRefusal(uint256 place, uint32 seat) private view returns (bytes memory) {
        Registered memory registration = _registered[place];
        bytes32 steward = stewards[registration.who];
        if (!accredited[registration.who]) {
            return abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, steward);
        }
        if (registration.state == 3) {
            return _withdrawn(registration.digest, registration.who);
        }
        uint32 seats = seatsOf(place);
        if (seat >= seats) {
            return abi.encodeWithSelector(IAccessGrants.SeatOutOfRange.selector, seat, seats);
        }
        for (uint256 i = 0; seats != UNLIMITED && i < _issued.length; ++i) {
            if (_issued[i].registration == place && _issued[i].seat == seat && isLive(i)) {
                return abi.encodeWithSelector(IAccessGrants.SeatTaken.selector, seat, _issued[i].grant);
            }
        }
        return "";
    }

    function _withdrawn(bytes32 digest, uint256 who) private view returns (bytes memory) {
        return abi.encodeWithSelector(IResourceRegistry.ResourceIsWithdrawn.selector, digest, stewards[who]);
    }

    /// @dev The next call is refused with these bytes, or is not refused if there are none.
    function _expect(string memory what, bytes memory refusal) private {
        if (refusal.length == 0) {
            ++done[what];
        } else {
            ++refused[what];
            vm.expectRevert(refusal);
        }
    }

    function _startCounting(IEventAccumulator emitter) private {
        _counted[emitter] = Counted({accumulator: emitter.accumulator(), count: emitter.eventCount()});
    }

    function _count() private {
        IEventAccumulator[3] memory emitters = [
            IEventAccumulator(STEWARDS),
            IEventAccumulator(RESOURCES),
            IEventAccumulator(GRANTS)
        ];
        ICheats.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < emitters.length; ++i) {
            Counted storage kept = _counted[emitters[i]];
            (kept.accumulator, kept.count) = _fold(kept.accumulator, kept.count, logs, address(emitters[i]));
        }
    }
}
