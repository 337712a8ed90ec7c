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

/// @title What the contracts must hold after all that was done, and what they must refuse next
/// @notice Plain and slow. Each refusal is the exact revert data, in the order in which the contracts check.
abstract contract LibraryModel is Test {
    // solhint-disable-next-line gas-struct-packing
    struct Library {
        StewardRegistry stewards;
        ResourceRegistry resources;
        AccessGrants grants;
        address admin;
        bytes32[2] ids;
        address[2] registrars;
        address[2] services;
        bytes32[3] licenses;
        uint32[3] seats;
    }

    // solhint-disable-next-line gas-struct-packing
    struct Registered {
        bytes32 digest;
        uint256 who;
        uint64 at;
        uint256 license;
        uint8 state;
        uint8 relation;
        bytes32 successor;
        bytes32 original;
        bytes32 translation;
    }

    struct Issued {
        IAccessGrants.Grant stated;
        bytes32 id;
        uint256 registration;
        uint64 until;
        bool ended;
    }

    uint64 internal constant LOAN = 28 days;
    uint256 internal constant SELF_SERVICE_LICENSES = 2; // the first two

    Library internal _library;
    bool[2] public accredited = [true, true];

    Registered[] internal _registered;
    mapping(bytes32 digest => mapping(uint256 who => uint256 place)) internal _places;
    /// @dev Whether one points to another in a relation: 0 never, 1 it does, 2 taken back.
    mapping(bytes32 link => uint8 state) internal _links;
    Issued[] internal _issued;
    mapping(uint256 registration => mapping(uint32 seat => uint24 turn)) internal _turns;
    mapping(address emitter => bytes32 accumulator) public accumulators;

    bool private _accepted;

    /// @notice How often each thing was done, and how often it was refused.
    mapping(string what => uint256 times) public done;
    mapping(string what => uint256 times) public refused;

    constructor(Library memory library_) {
        _library = library_;
        address[3] memory emitters = _emitters();
        for (uint256 i = 0; i < emitters.length; ++i) {
            accumulators[emitters[i]] = IEventAccumulator(emitters[i]).accumulator();
        }
    }

    /// @dev Folds the logs of the call into the model of the accumulators. A call that is refused leaves none on chain,
    /// though the runner records those from before it reverted.
    modifier counting() {
        vm.recordLogs();
        _accepted = false;
        _;
        ICheats.Log[] memory logs = vm.getRecordedLogs();
        if (!_accepted) {
            return;
        }
        address[3] memory emitters = _emitters();
        for (uint256 i = 0; i < emitters.length; ++i) {
            accumulators[emitters[i]] = _fold(accumulators[emitters[i]], logs, emitters[i]);
        }
    }

    function registered() external view returns (Registered[] memory) {
        return _registered;
    }

    function isRegistered(bytes32 digest, uint256 who) external view returns (bool) {
        return _places[digest][who] != 0;
    }

    function issuedGrants() external view returns (Issued[] memory) {
        return _issued;
    }

    function seatsOf(uint256 place) public view returns (uint32) {
        return _library.seats[_registered[place].license];
    }

    /// @dev Whether the grant holds its seat now.
    function isHeld(uint256 which) public view returns (bool) {
        return !_issued[which].ended && block.timestamp < _issued[which].until;
    }

    /// @dev Whether the grant must permit access now.
    function isLive(uint256 which) public view returns (bool) {
        return isHeld(which) && _registered[_issued[which].registration].state != 3;
    }

    function _registerRefusal(uint256 who, bytes32 digest) internal view returns (bytes memory) {
        if (!accredited[who]) {
            return _notAccredited(who);
        }
        if (_places[digest][who] != 0) {
            return
                abi.encodeWithSelector(IResourceRegistry.ResourceAlreadyRegistered.selector, digest, _library.ids[who]);
        }
        return "";
    }

    function _supersedeRefusal(
        Registered memory old,
        bytes32 successor,
        uint8 relation
    ) internal view returns (bytes memory refusal) {
        if (!accredited[old.who]) {
            return _notAccredited(old.who);
        }
        refusal = _notLinkable(old, relation);
        if (refusal.length != 0) {
            return refusal;
        }
        if (successor == old.digest) {
            return abi.encodeWithSelector(IResourceRegistry.SuccessorIsSame.selector, successor);
        }
        uint256 place = _places[successor][old.who];
        if (place == 0) {
            return _notFound(successor, old.who);
        }
        refusal = _notLinkable(_registered[place - 1], relation);
        return refusal.length != 0 ? refusal : _linkRefusal(old, successor, relation);
    }

    function _takeBackRefusal(
        Registered memory entry,
        bytes32 other,
        uint8 relation
    ) internal view returns (bytes memory) {
        if (!accredited[entry.who]) {
            return _notAccredited(entry.who);
        }
        if (entry.state == 3) {
            return _withdrawn(entry.digest, entry.who);
        }
        return
            _links[_linkOf(entry, other, relation)] == 1
                ? bytes("")
                : _ofLink(IResourceRegistry.LinkNotFound.selector, entry, other, relation);
    }

    function _linkOf(Registered memory entry, bytes32 other, uint8 relation) internal pure returns (bytes32) {
        return keccak256(abi.encode(entry.digest, entry.who, other, relation));
    }

    function _renditionRefusal(Registered memory entry, bytes32 original) internal view returns (bytes memory) {
        if (!accredited[entry.who]) {
            return _notAccredited(entry.who);
        }
        if (entry.state == 3) {
            return _withdrawn(entry.digest, entry.who);
        }
        if (original == entry.digest) {
            return abi.encodeWithSelector(IResourceRegistry.OriginalIsSame.selector, original);
        }
        uint256 place = _places[original][entry.who];
        if (place == 0) {
            return _notFound(original, entry.who);
        }
        Registered memory other = _registered[place - 1];
        if (other.state == 3) {
            return _withdrawn(original, entry.who);
        }
        Registered memory rendition = entry.original != 0 ? entry : other;
        return
            rendition.original == 0
                ? _linkRefusal(entry, original, 4)
                : abi.encodeWithSelector(
                    IResourceRegistry.ResourceIsRendition.selector,
                    rendition.digest,
                    _library.ids[entry.who],
                    rendition.original
                );
    }

    function _issueRefusal(
        uint256 place,
        uint32 seat,
        uint24 turn,
        bool byService
    ) internal view returns (bytes memory) {
        Registered memory entry = _registered[place];
        if (!accredited[entry.who]) {
            return _notAccredited(entry.who);
        }
        if (entry.state == 3) {
            return _withdrawn(entry.digest, entry.who);
        }
        if (byService && entry.license >= SELF_SERVICE_LICENSES) {
            return _notSelfService(entry);
        }
        if (seat >= seatsOf(place)) {
            return abi.encodeWithSelector(IAccessGrants.SeatOutOfRange.selector, seat, seatsOf(place));
        }
        for (uint256 i = 0; i < _issued.length; ++i) {
            if (_issued[i].registration == place && _issued[i].stated.seat == seat && isHeld(i)) {
                return abi.encodeWithSelector(IAccessGrants.SeatTaken.selector, seat, _issued[i].until);
            }
        }
        uint24 next = _turns[place][seat] + 1;
        return turn == next ? bytes("") : abi.encodeWithSelector(IAccessGrants.InvalidTurn.selector, seat, next);
    }

    function _renewRefusal(uint256 which, uint64 until, bool byService) internal view returns (bytes memory) {
        Registered memory entry = _registered[_issued[which].registration];
        if (!accredited[entry.who]) {
            return _notAccredited(entry.who);
        }
        if (!isHeld(which)) {
            return _notLive(which);
        }
        if (byService && entry.license >= SELF_SERVICE_LICENSES) {
            return _notSelfService(entry);
        }
        if (until <= _issued[which].until) {
            return abi.encodeWithSelector(IAccessGrants.RenewalNotLater.selector, _issued[which].until, until);
        }
        uint64 latest = uint64(block.timestamp) + LOAN;
        return until <= latest ? bytes("") : abi.encodeWithSelector(IAccessGrants.LoanTooLong.selector, until, latest);
    }

    function _endRefusal(uint256 which) internal view returns (bytes memory) {
        return isHeld(which) ? bytes("") : _notLive(which);
    }

    function _withdrawn(bytes32 digest, uint256 who) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IResourceRegistry.ResourceIsWithdrawn.selector, digest, _library.ids[who]);
    }

    function _notAccredited(uint256 who) internal view returns (bytes memory) {
        return abi.encodeWithSelector(IStewardRegistry.StewardNotAccredited.selector, _library.ids[who]);
    }

    /// @dev The next call is refused with these bytes, or is not refused if there are none.
    function _expect(string memory what, bytes memory refusal) internal returns (bool accepted) {
        _accepted = accepted = refusal.length == 0;
        if (accepted) {
            ++done[what];
        } else {
            ++refused[what];
            vm.expectRevert(refusal);
        }
    }

    function _emitters() private view returns (address[3] memory) {
        return [address(_library.stewards), address(_library.resources), address(_library.grants)];
    }

    function _notLinkable(Registered memory entry, uint8 relation) private view returns (bytes memory) {
        if (entry.state == 3) {
            return _withdrawn(entry.digest, entry.who);
        }
        return relation == 3 || entry.successor == 0 ? bytes("") : _superseded(entry, entry.successor);
    }

    function _linkRefusal(Registered memory entry, bytes32 other, uint8 relation) private view returns (bytes memory) {
        uint8 state = _links[_linkOf(entry, other, relation)];
        if (state == 2) {
            return _ofLink(IResourceRegistry.LinkWasTakenBack.selector, entry, other, relation);
        }
        return state == 1 ? _superseded(entry, other) : bytes("");
    }

    function _superseded(Registered memory entry, bytes32 by) private view returns (bytes memory) {
        bytes4 selector = IResourceRegistry.ResourceAlreadySuperseded.selector;
        return abi.encodeWithSelector(selector, entry.digest, _library.ids[entry.who], by);
    }

    function _ofLink(
        bytes4 selector,
        Registered memory entry,
        bytes32 other,
        uint8 relation
    ) private view returns (bytes memory) {
        return abi.encodeWithSelector(selector, entry.digest, _library.ids[entry.who], other, relation);
    }

    function _notFound(bytes32 digest, uint256 who) private view returns (bytes memory) {
        return abi.encodeWithSelector(IResourceRegistry.ResourceNotFound.selector, digest, _library.ids[who]);
    }

    function _notLive(uint256 which) private view returns (bytes memory) {
        return abi.encodeWithSelector(IAccessGrants.GrantNotLive.selector, _issued[which].id);
    }

    function _notSelfService(Registered memory entry) private view returns (bytes memory) {
        return abi.encodeWithSelector(IAccessGrants.NotSelfService.selector, entry.digest, _library.ids[entry.who]);
    }
}
